import type { IdentityTable, Subject } from './identity.ts'
import { arn, generatedName, nameOf, uuid } from './ids.ts'

const functionName = nameOf('FunctionName', { most: 64 })
const functionArn = (s: Subject) => arn(s, 'lambda', `function:${functionName(s)}`)
const clusterName = nameOf('ClusterName')
const taskArn = (s: Subject) =>
  arn(s, 'ecs', `task-definition/${s.text('Family') ?? generatedName(s).replaceAll('-', '')}:1`)
const serviceName = nameOf('ServiceName')
const serviceArn = (s: Subject) =>
  arn(s, 'ecs', `service/${(s.text('Cluster') ?? 'default').split('/').at(-1)}/${serviceName(s)}`)
const repository = nameOf('RepositoryName', { lower: true })

/** The ARN of the function that a version or alias belongs to, whether it is named or given by ARN. */
function ownerArn(s: Subject): string {
  const owner = s.text('FunctionName') ?? ''
  return owner.startsWith('arn:') ? owner : arn(s, 'lambda', `function:${owner}`)
}
const versionArn = (s: Subject) => `${ownerArn(s)}:1`
const aliasArn = (s: Subject) => `${ownerArn(s)}:${s.text('Name') ?? ''}`

/** Lambda, ECS and ECR. */
export const compute: IdentityTable = {
  'AWS::Lambda::Function': {
    ref: functionName,
    attributes: {
      Arn: functionArn,
      'SnapStartResponse.ApplyOn': () => undefined,
      'SnapStartResponse.OptimizationStatus': () => undefined,
    },
    alsoKnownBy: ['Arn'],
  },
  'AWS::Lambda::Permission': { ref: generatedName, attributes: { Id: generatedName } },
  'AWS::Lambda::EventSourceMapping': {
    ref: uuid,
    attributes: { Id: uuid, EventSourceMappingArn: s => arn(s, 'lambda', `event-source-mapping:${uuid(s)}`) },
  },
  'AWS::Lambda::Version': { ref: versionArn, attributes: { FunctionArn: versionArn, Version: () => '1' } },
  'AWS::Lambda::Alias': { ref: aliasArn, attributes: { AliasArn: aliasArn } },
  'AWS::Lambda::EventInvokeConfig': { ref: generatedName },
  'AWS::Lambda::LayerVersion': {
    ref: layerArn,
    attributes: { LayerVersionArn: layerArn },
  },
  'AWS::Lambda::Url': {
    ref: ownerArn,
    attributes: {
      FunctionArn: ownerArn,
      FunctionUrl: s => `https://${s.characters('url', 32)}.lambda-url.${s.region}.on.aws/`,
    },
  },
  'AWS::ECS::Cluster': {
    ref: clusterName,
    attributes: { Arn: s => arn(s, 'ecs', `cluster/${clusterName(s)}`) },
    alsoKnownBy: ['Arn'],
  },
  'AWS::ECS::TaskDefinition': { ref: taskArn, attributes: { TaskDefinitionArn: taskArn }, alsoNamedBy: ['Family'] },
  'AWS::ECS::Service': {
    ref: serviceArn,
    attributes: { Name: serviceName, ServiceArn: serviceArn },
    alsoKnownBy: ['Name'],
  },
  'AWS::ECS::CapacityProvider': { ref: nameOf('Name') },
  'AWS::ECS::ClusterCapacityProviderAssociations': { ref: s => s.text('Cluster') ?? '' },
  'AWS::ECR::Repository': {
    ref: repository,
    attributes: {
      Arn: s => arn(s, 'ecr', `repository/${repository(s)}`),
      RepositoryUri: s => `${s.account}.dkr.ecr.${s.region}.${s.urlSuffix}/${repository(s)}`,
    },
    alsoKnownBy: ['Arn', 'RepositoryUri'],
  },
}

function layerArn(subject: Subject): string {
  return arn(subject, 'lambda', `layer:${nameOf('LayerName', { most: 140 })(subject)}:1`)
}
