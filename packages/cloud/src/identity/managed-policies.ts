import type { PolicyDocument } from '@terrace/model'

const allow = (actions: readonly string[], resource: string | readonly string[] = '*'): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: actions, Resource: resource }],
})

const READ_ECR = [
  'ecr:GetAuthorizationToken',
  'ecr:BatchCheckLayerAvailability',
  'ecr:GetDownloadUrlForLayer',
  'ecr:BatchGetImage',
]
const WRITE_LOGS = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents']
const MANAGE_INTERFACES = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
]

/**
 * The documents of the managed policies in use, by the part of their ARN behind `arn:aws:iam::aws:policy/`.
 * Source: AWS Managed Policy Reference Guide, read 2026-11.
 */
export const MANAGED_POLICIES: Readonly<Record<string, PolicyDocument>> = {
  AdministratorAccess: allow(['*']),
  AmazonEC2ContainerRegistryReadOnly: allow([
    ...READ_ECR,
    'ecr:GetRepositoryPolicy',
    'ecr:DescribeRepositories',
    'ecr:ListImages',
    'ecr:DescribeImages',
    'ecr:GetLifecyclePolicy',
    'ecr:GetLifecyclePolicyPreview',
    'ecr:ListTagsForResource',
    'ecr:DescribeImageScanFindings',
  ]),
  AmazonEC2ContainerRegistryPullOnly: allow([
    'ecr:GetAuthorizationToken',
    'ecr:BatchImportUpstreamImage',
    'ecr:BatchGetImage',
    'ecr:GetDownloadUrlForLayer',
  ]),
  AmazonS3FullAccess: allow(['s3:*', 's3-object-lambda:*']),
  AmazonS3ReadOnlyAccess: allow([
    's3:Get*',
    's3:List*',
    's3:Describe*',
    's3-object-lambda:Get*',
    's3-object-lambda:List*',
  ]),
  AmazonSSMManagedInstanceCore: allow([
    'ssm:DescribeAssociation',
    'ssm:GetDeployablePatchSnapshotForInstance',
    'ssm:GetDocument',
    'ssm:DescribeDocument',
    'ssm:GetManifest',
    'ssm:GetParameter',
    'ssm:GetParameters',
    'ssm:ListAssociations',
    'ssm:ListInstanceAssociations',
    'ssm:PutInventory',
    'ssm:PutComplianceItems',
    'ssm:PutConfigurePackageResult',
    'ssm:UpdateAssociationStatus',
    'ssm:UpdateInstanceAssociationStatus',
    'ssm:UpdateInstanceInformation',
    'ssmmessages:CreateControlChannel',
    'ssmmessages:CreateDataChannel',
    'ssmmessages:OpenControlChannel',
    'ssmmessages:OpenDataChannel',
    'ec2messages:AcknowledgeMessage',
    'ec2messages:DeleteMessage',
    'ec2messages:FailMessage',
    'ec2messages:GetEndpoint',
    'ec2messages:GetMessages',
    'ec2messages:SendReply',
  ]),
  AmazonSSMReadOnlyAccess: allow(['ssm:Describe*', 'ssm:Get*', 'ssm:List*']),
  AWSXRayDaemonWriteAccess: allow([
    'xray:PutTraceSegments',
    'xray:PutTelemetryRecords',
    'xray:GetSamplingRules',
    'xray:GetSamplingTargets',
    'xray:GetSamplingStatisticSummaries',
  ]),
  CloudWatchAgentServerPolicy: {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'CWACloudWatchServerPermissions',
        Effect: 'Allow',
        Action: [
          'cloudwatch:PutMetricData',
          'ec2:DescribeVolumes',
          'ec2:DescribeTags',
          'logs:PutLogEvents',
          'logs:PutRetentionPolicy',
          'logs:DescribeLogStreams',
          'logs:DescribeLogGroups',
          'logs:CreateLogStream',
          'logs:CreateLogGroup',
          'xray:PutTraceSegments',
          'xray:PutTelemetryRecords',
          'xray:GetSamplingRules',
          'xray:GetSamplingTargets',
          'xray:GetSamplingStatisticSummaries',
        ],
        Resource: '*',
      },
      {
        Sid: 'CWASSMServerPermissions',
        Effect: 'Allow',
        Action: ['ssm:GetParameter'],
        Resource: 'arn:aws:ssm:*:*:parameter/AmazonCloudWatch-*',
      },
    ],
  },
  'service-role/AmazonECSTaskExecutionRolePolicy': allow([...READ_ECR, 'logs:CreateLogStream', 'logs:PutLogEvents']),
  'service-role/AmazonRDSEnhancedMonitoringRole': {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'EnableCreationAndManagementOfRDSCloudwatchLogGroups',
        Effect: 'Allow',
        Action: ['logs:CreateLogGroup', 'logs:PutRetentionPolicy'],
        Resource: 'arn:aws:logs:*:*:log-group:RDS*',
      },
      {
        Sid: 'EnableCreationAndManagementOfRDSCloudwatchLogStreams',
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams', 'logs:GetLogEvents'],
        Resource: 'arn:aws:logs:*:*:log-group:RDS*:log-stream:*',
      },
    ],
  },
  'service-role/AWSLambdaBasicExecutionRole': allow(WRITE_LOGS),
  'service-role/AWSLambdaVPCAccessExecutionRole': allow([...WRITE_LOGS, ...MANAGE_INTERFACES]),
}

const PREFIX = /^arn:aws[\w-]*:iam::aws:policy\//

/** The document of a managed policy of AWS; nothing when it isn't in the table. */
export function managedPolicy(arn: string): PolicyDocument | undefined {
  const name = arn.replace(PREFIX, '')
  return Object.hasOwn(MANAGED_POLICIES, name) ? MANAGED_POLICIES[name] : undefined
}
