"""The only code that talks to DynamoDB, SQS, S3 and Secrets Manager; botocore's types and errors stay here."""
