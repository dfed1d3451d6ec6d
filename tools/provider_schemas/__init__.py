"""Makes the table of every resource and data type of the AWS providers out of their schemas.

The schemas are those of the prebuilt bindings cdktn-provider-aws and cdktn-provider-awscc (Python wheels): they lag
behind the providers by days to weeks, which the table's header tells.
"""
