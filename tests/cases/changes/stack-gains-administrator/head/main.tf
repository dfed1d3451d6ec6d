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
          ManagedPolicyArns: [!Sub "arn:$${AWS::Partition}:iam::aws:policy/AdministratorAccess"]
          Policies:
          - PolicyName: builds
            PolicyDocument:
              Statement:
              - Effect: Allow
                Action: s3:GetObject
                Resource: arn:aws:s3:::builds/*
  YAML
}
