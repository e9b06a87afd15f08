"""Pictures of campaigns in S3, and the uploads they are made from."""
