resource "aws_ram_resource_share" "network" {
  name = "network"
}

resource "aws_ram_principal_association" "partner" {
  principal          = "444455556666"
  resource_share_arn = aws_ram_resource_share.network.arn
}

resource "aws_ec2_transit_gateway" "main" {
  description = "main"
}

resource "aws_ram_resource_association" "gateway" {
  resource_arn       = aws_ec2_transit_gateway.main.arn
  resource_share_arn = aws_ram_resource_share.network.arn
}
