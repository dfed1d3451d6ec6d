resource "aws_cloudformation_stack" "deploy" {
  name         = "deploy"
  capabilities = ["CAPABILITY_NAMED_IAM"]
  parameters   = { Bucket = "builds" }

  template_body = <<-YAML
    Parameters:
      Bucket: {Type: String}
    Resources:
      Deploy:
        Type: AWS::IAM::Role
        Properties:
          RoleName: deploy
          AssumeRolePolicyDocument:
            Statement:
            - Effect: Allow
              Principal: {Service: codebuild.amazonaws.com}
              Action: sts:AssumeRole
          Policies:
          - PolicyName: builds
            PolicyDocument:
              Statement:
              - Effect: Allow
                Action: s3:GetObject
                Resource: !Sub "arn:$${AWS::Partition}:s3:::$${Bucket}/*"
  YAML
}
