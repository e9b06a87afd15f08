"""A stage in the AWS account: its stack, change sets, parameters, and the bucket for packages."""
