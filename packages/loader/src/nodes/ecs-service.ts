import { seconds } from '@terrace/kit'
import type { Cluster, EcsService, TaskDefinition } from '@terrace/model'
import { type BuildContext, type BuilderTable, NotModelled, node, notModelled } from './build-context.ts'
import { isFargate, strategyOf } from './capacity-providers.ts'
import type { PropertyReader } from './property-reader.ts'

/** Services of ECS on Fargate. @see "AWS::ECS::Service" in the CloudFormation Template Reference for the defaults */
export const ecsService: BuilderTable = {
  'AWS::ECS::Service': node(
    (context): EcsService => {
      const { properties } = context
      refuseOtherSchedulers(properties)
      properties.readElsewhere('ServiceName')
      properties.withoutEffect({
        EnableECSManagedTags: 'tags of tasks are for people and for bills',
        ForceNewDeployment: 'a service that starts is deployed anyway',
        PlatformVersion: 'there is one platform',
        PropagateTags: 'tags of tasks are for people and for bills',
        Role: 'AWS uses the service-linked role with awsvpc',
      })
      const definition = need(context, 'TaskDefinition', 'taskDefinition')
      const network = properties.requiredObject('NetworkConfiguration').requiredObject('AwsvpcConfiguration')
      const subnets = context.findAll(network, 'Subnets', 'subnet')
      if (subnets.length === 0) throw notModelled(network, 'Subnets', 'it names no subnet of these stacks')
      return {
        ...context.base('ecsService'),
        name: context.attribute('Name'),
        arn: context.attribute('ServiceArn'),
        cluster: need(context, 'Cluster', 'cluster').id,
        taskDefinition: definition.id,
        desiredCount: properties.number('DesiredCount', { least: 0, most: 10_000 }) ?? 1,
        subnets,
        securityGroups: context.findAll(network, 'SecurityGroups', 'securityGroup'),
        assignPublicIp: network.oneOf('AssignPublicIp', ['ENABLED', 'DISABLED']) === 'ENABLED',
        targets: targetsOf(context, definition),
        healthCheckGracePeriod: seconds(properties.number('HealthCheckGracePeriodSeconds') ?? 0),
        ...deploymentOf(properties.object('DeploymentConfiguration')),
        zoneRebalancing: properties.oneOf('AvailabilityZoneRebalancing', ['ENABLED', 'DISABLED']) !== 'DISABLED',
        executeCommand: properties.boolean('EnableExecuteCommand') ?? false,
      }
    },
    // The cluster's strategy may come from a resource beside it.
    context => {
      const { properties, resource } = context
      const cluster = context.lookUp(properties.text('Cluster') ?? 'default', 'cluster')
      if (cluster && !isOnFargate(context, cluster)) {
        const message = 'it says neither LaunchType nor a capacity provider of Fargate, so that AWS wants EC2 instances'
        throw new NotModelled(message, properties.path, resource.origin.place.line)
      }
    },
  ),
}

function need<K extends 'cluster' | 'taskDefinition'>(context: BuildContext, key: string, kind: K) {
  const { properties } = context
  const value = properties.text(key) ?? 'default'
  const found = context.lookUp(value, kind)
  if (found) return found
  throw notModelled(properties, key, `its ${key} ${value} is not in these stacks, or not modelled`)
}

function refuseOtherSchedulers(properties: PropertyReader): void {
  const type = properties.text('LaunchType') ?? 'FARGATE'
  if (type !== 'FARGATE') throw notModelled(properties, 'LaunchType', `services on ${type} are not modelled`)
  const controller = properties.object('DeploymentController')?.text('Type') ?? 'ECS'
  if (controller !== 'ECS') {
    throw notModelled(properties, 'DeploymentController', `the deployment controller ${controller} is not modelled`)
  }
  const strategy = properties.text('SchedulingStrategy') ?? 'REPLICA'
  if (strategy !== 'REPLICA') {
    throw notModelled(properties, 'SchedulingStrategy', `the scheduling strategy ${strategy} is not modelled`)
  }
  const deployment = properties.object('DeploymentConfiguration')
  const way = deployment?.text('Strategy') ?? 'ROLLING'
  if (deployment && way !== 'ROLLING') {
    throw notModelled(deployment, 'Strategy', `the deployment strategy ${way} is not modelled, only ROLLING`)
  }
}

function isOnFargate(context: BuildContext, cluster: Cluster): boolean {
  if (context.properties.has('LaunchType')) return true
  const own = strategyOf(context.properties, 'CapacityProviderStrategy')
  const beside = context.part(cluster.name, 'capacityProviders')?.defaults ?? []
  const providers = [own, beside, cluster.defaultCapacityProviders ?? []].find(names => names.length > 0) ?? []
  return providers.length > 0 && providers.every(isFargate)
}

function targetsOf(context: BuildContext, definition: TaskDefinition): EcsService['targets'] {
  return context.properties.objects('LoadBalancers').flatMap(item => {
    const targetGroup = context.find(item, 'TargetGroupArn', 'targetGroup')
    const container = item.requiredText('ContainerName')
    const found = definition.containers.find(({ name }) => name === container)
    if (!found) {
      const names = definition.containers.map(({ name }) => name).join(', ')
      throw item.bad('ContainerName', `a container of the task definition: ${names}`)
    }
    const port = item.number('ContainerPort', { least: 1, most: 65_535 }) ?? found.ports[0]
    if (port === undefined) throw item.bad('ContainerPort', 'a port of the container')
    return targetGroup === undefined ? [] : [{ targetGroup, container, port }]
  })
}

type Deployment = Pick<EcsService, 'minimumHealthyPercent' | 'maximumPercent' | 'circuitBreaker' | 'alarms'>

function deploymentOf(reader: PropertyReader | undefined): Deployment {
  const breaker = reader?.object('DeploymentCircuitBreaker')
  const alarms = reader?.object('Alarms')
  const names = alarms?.texts('AlarmNames') ?? []
  const rollback = alarms?.boolean('Rollback') ?? false
  const enabled = alarms?.boolean('Enable') ?? false
  return {
    minimumHealthyPercent: reader?.number('MinimumHealthyPercent', { least: 0, most: 100 }) ?? 100,
    maximumPercent: reader?.number('MaximumPercent', { least: 100, most: 200 }) ?? 200,
    circuitBreaker: {
      enabled: breaker?.boolean('Enable') ?? false,
      rollback: breaker?.boolean('Rollback') ?? false,
    },
    ...(enabled ? { alarms: { names, rollback } } : {}),
  }
}
