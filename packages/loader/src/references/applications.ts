import type { IdentityTable, Subject } from './identity.ts'
import { arn, generatedName, nameOf, uuid } from './ids.ts'

const apiId = (s: Subject) => s.characters('api', 10, 'abcdefghijklmnopqrstuvwxyz0123456789')
const shortId = (s: Subject) => s.characters('id', 6, 'abcdefghijklmnopqrstuvwxyz0123456789')
const poolId = (s: Subject) => `${s.region}_${s.characters('pool', 9, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789')}`
const clientId = (s: Subject) => s.characters('client', 26, 'abcdefghijklmnopqrstuvwxyz0123456789')
const cacheName = (property: string) => nameOf(property, { most: 40, lower: true })
const cacheHost = (s: Subject, name: string) => `${name}.${s.characters('cache', 6)}.ng.0001.use1.cache.${s.urlSuffix}`
const cachePort = (s: Subject) => s.text('Port') ?? '6379'
const cluster = cacheName('ClusterName')
const group = cacheName('ReplicationGroupId')

/** API Gateway, Cognito, ElastiCache, CodePipeline and others that templates of web systems refer to. */
export const applications: IdentityTable = {
  'AWS::ApiGateway::RestApi': { ref: apiId, attributes: { RestApiId: apiId, RootResourceId: shortId } },
  'AWS::ApiGateway::Resource': { ref: shortId, attributes: { ResourceId: shortId } },
  'AWS::ApiGateway::Method': { ref: generatedName },
  'AWS::ApiGateway::Deployment': { ref: shortId, attributes: { DeploymentId: shortId } },
  'AWS::ApiGateway::Stage': { ref: s => s.text('StageName') ?? '' },
  'AWS::ApiGateway::Authorizer': { ref: shortId, attributes: { AuthorizerId: shortId } },
  'AWS::ApiGatewayV2::Api': {
    ref: apiId,
    attributes: { ApiId: apiId, ApiEndpoint: s => `https://${apiId(s)}.execute-api.${s.region}.${s.urlSuffix}` },
  },
  'AWS::ApiGatewayV2::Stage': { ref: s => s.text('StageName') ?? '' },
  'AWS::Cognito::UserPool': {
    ref: poolId,
    attributes: {
      UserPoolId: poolId,
      Arn: s => arn(s, 'cognito-idp', `userpool/${poolId(s)}`),
      ProviderName: s => `cognito-idp.${s.region}.amazonaws.com/${poolId(s)}`,
      ProviderURL: s => `https://cognito-idp.${s.region}.amazonaws.com/${poolId(s)}`,
    },
  },
  'AWS::Cognito::UserPoolClient': {
    ref: clientId,
    attributes: { ClientId: clientId, Name: s => s.text('ClientName'), ClientSecret: () => undefined },
  },
  'AWS::Cognito::UserPoolDomain': {
    ref: s => s.text('Domain') ?? '',
    attributes: { CloudFrontDistribution: () => undefined },
  },
  'AWS::Cognito::IdentityPool': {
    ref: s => `${s.region}:${uuid(s)}`,
    attributes: { Id: s => `${s.region}:${uuid(s)}`, Name: nameOf('IdentityPoolName') },
  },
  'AWS::ElastiCache::SubnetGroup': { ref: nameOf('CacheSubnetGroupName', { lower: true }) },
  'AWS::ElastiCache::ParameterGroup': {
    ref: cacheName('CacheParameterGroupName'),
    attributes: { CacheParameterGroupName: cacheName('CacheParameterGroupName') },
  },
  'AWS::ElastiCache::CacheCluster': {
    ref: cluster,
    attributes: {
      'RedisEndpoint.Address': s => cacheHost(s, cluster(s)),
      'RedisEndpoint.Port': cachePort,
      'ConfigurationEndpoint.Address': s => cacheHost(s, cluster(s)),
      'ConfigurationEndpoint.Port': s => s.text('Port') ?? '11211',
    },
  },
  'AWS::ElastiCache::ReplicationGroup': {
    ref: group,
    attributes: {
      ReplicationGroupId: group,
      'PrimaryEndPoint.Address': s => cacheHost(s, `master.${group(s)}`),
      'PrimaryEndPoint.Port': cachePort,
      'ReaderEndPoint.Address': s => cacheHost(s, `replica.${group(s)}`),
      'ReaderEndPoint.Port': cachePort,
      'ConfigurationEndPoint.Address': s => cacheHost(s, `clustercfg.${group(s)}`),
      'ConfigurationEndPoint.Port': cachePort,
      'ReadEndPoint.Addresses': () => undefined,
      'ReadEndPoint.Addresses.List': () => undefined,
      'ReadEndPoint.Ports': () => undefined,
      'ReadEndPoint.Ports.List': () => undefined,
    },
  },
  'AWS::CodePipeline::Pipeline': { ref: nameOf('Name'), attributes: { Version: () => '1' } },
  'AWS::CodeBuild::Project': {
    ref: nameOf('Name'),
    attributes: { Arn: s => arn(s, 'codebuild', `project/${nameOf('Name')(s)}`) },
  },
  'AWS::CodeDeploy::Application': { ref: nameOf('ApplicationName') },
  'AWS::CodeDeploy::DeploymentGroup': { ref: nameOf('DeploymentGroupName') },
}
