resource "aws_ram_principal_association" "partner" {
  resource_share_arn = "arn:aws:ram:eu-west-1:111122223333:resource-share/1234"
  principal          = "444455556666"
}
