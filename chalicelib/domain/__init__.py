"""Pure rules of signing: no boto3, no chalice, no environment, no clock."""
