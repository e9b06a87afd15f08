"""What CloudFormation, IAM and time to live do on AWS: the template read, its resources made, its policies enforced."""
