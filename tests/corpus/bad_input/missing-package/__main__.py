import pulumi
import pulumi_of_another_cloud

pulumi.export("bucket", pulumi_of_another_cloud.Bucket("plant").id)
