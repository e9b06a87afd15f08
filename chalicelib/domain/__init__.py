"""The rules of signing, kept pure: no boto3, no Chalice, no environment, no clock."""
