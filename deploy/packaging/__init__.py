"""Builds what is deployed: the zip for Lambda and the checked CloudFormation template of a stage."""
