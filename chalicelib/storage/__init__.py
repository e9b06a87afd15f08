"""The only code that speaks to DynamoDB, SQS and Secrets Manager; botocore's types and errors end here."""
