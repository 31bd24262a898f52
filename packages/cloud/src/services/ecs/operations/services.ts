import { seconds } from '@terrace/kit'
import { nodesOf } from '@terrace/model'
import { z } from 'zod'
import { decided, type Operation, onlyOne, operation, shape } from '../../../gateway/api.ts'
import { wireTags } from '../definitions/wire-shape.ts'
import { ClientException, InvalidParameter } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import { shortName } from '../names.ts'
import type { ServiceConfiguration } from '../scheduling/configuration.ts'
import type { RunningService } from '../scheduling/service.ts'
import type { TaskTarget } from '../tasks/task-request.ts'
import { ClientTokens } from './client-tokens.ts'
import {
  describeTags,
  type EcsContext,
  inCluster,
  listedLaunchType,
  onService,
  passedRolesOf,
  readNetwork,
  readTags,
  wireLaunch,
  wireNetwork,
} from './context.ts'
import { describeService } from './describe-service.ts'
import { pageOf, paging } from './paging.ts'

const wireDeployment = shape({
  strategy: onlyOne('ROLLING', ['BLUE_GREEN', 'LINEAR', 'CANARY'], 'any other deployment strategy than ROLLING'),
  maximumPercent: z.int().optional(),
  minimumHealthyPercent: z.int().optional(),
  deploymentCircuitBreaker: shape({ enable: z.boolean(), rollback: z.boolean() }).optional(),
  alarms: shape({ alarmNames: z.array(z.string()), enable: z.boolean(), rollback: z.boolean() }).optional(),
})

const changing = {
  desiredCount: z.int().min(0).max(LIMITS.desiredCount).optional(),
  deploymentConfiguration: wireDeployment.optional(),
  healthCheckGracePeriodSeconds: z.int().min(0).optional(),
  availabilityZoneRebalancing: z.enum(['ENABLED', 'DISABLED']).optional(),
  networkConfiguration: wireNetwork.optional(),
  loadBalancers: z
    .array(shape({ targetGroupArn: z.string(), containerName: z.string(), containerPort: z.int() }))
    .optional(),
  ...wireLaunch,
}

/** Services. */
export const serviceOperations = (context: EcsContext): readonly Operation[] => {
  const { state } = context
  const { architecture, clock } = state.world
  const created = new ClientTokens<RunningService>('CreateService', clock)
  return [
    operation({
      name: 'CreateService',
      input: shape({
        cluster: z.string().optional(),
        serviceName: z.string(),
        taskDefinition: z.string(),
        schedulingStrategy: onlyOne('REPLICA', ['DAEMON'], 'the scheduling strategy DAEMON'),
        deploymentController: decided(
          shape({
            type: onlyOne('ECS', ['CODE_DEPLOY', 'EXTERNAL'], 'any other deployment controller than ECS'),
          }).optional(),
        ),
        clientToken: z.string().max(36).optional(),
        tags: wireTags().optional(),
        ...changing,
      }),
      authorize: input => [
        onService(context, 'CreateService', input.cluster, input.serviceName),
        ...passedRolesOf(context, state.definitions.find(input.taskDefinition)),
      ],
      run(input) {
        const cluster = state.cluster(input.cluster)
        const { serviceName: name } = input
        if (!/^[A-Za-z0-9_-]{1,255}$/.test(name)) {
          throw new InvalidParameter('The service name may have 1 to 255 letters, digits, hyphens and underscores.')
        }
        if (input.desiredCount === undefined) {
          throw new InvalidParameter('The desired count of a REPLICA service must be given.')
        }
        const revision = state.definitions.active(input.taskDefinition)
        const defaults: ServiceConfiguration = {
          desiredCount: input.desiredCount,
          targets: [],
          healthCheckGracePeriod: 0,
          minimumHealthyPercent: 100,
          maximumPercent: 200,
          circuitBreaker: { enabled: false, rollback: false },
          zoneRebalancing: true,
        }
        const change = changeOf(context, input, revision.containers)
        const service = created.once(input, () =>
          state.createService({
            name,
            arn: state.names.service(cluster.name, name),
            cluster,
            revision,
            placement: readNetwork(input.networkConfiguration, architecture),
            configuration: { ...defaults, ...change },
            tags: readTags(input.tags),
          }),
        )
        return { service: describeService(service, architecture) }
      },
    }),
    operation({
      name: 'UpdateService',
      input: shape({
        cluster: z.string().optional(),
        service: z.string(),
        taskDefinition: z.string().optional(),
        forceNewDeployment: z.boolean().optional(),
        ...changing,
      }),
      authorize: input => [
        onService(context, 'UpdateService', input.cluster, input.service),
        ...(input.taskDefinition === undefined
          ? []
          : passedRolesOf(context, state.definitions.find(input.taskDefinition))),
      ],
      run(input) {
        const service = state.service(state.cluster(input.cluster), input.service)
        const { primary } = service
        if (!primary) throw new ClientException('The service has no deployment.')
        const revision =
          input.taskDefinition === undefined ? primary.revision : state.definitions.active(input.taskDefinition)
        const placement = input.networkConfiguration
          ? readNetwork(input.networkConfiguration, architecture)
          : primary.placement
        const change = changeOf(context, input, revision.containers)
        const isNew =
          input.forceNewDeployment ||
          revision !== primary.revision ||
          input.networkConfiguration !== undefined ||
          input.loadBalancers !== undefined
        service.configure(change)
        if (isNew) service.deploy(revision, placement)
        return { service: describeService(service, architecture) }
      },
    }),
    operation({
      name: 'DeleteService',
      input: shape({ cluster: z.string().optional(), service: z.string(), force: z.boolean().optional() }),
      authorize: input => onService(context, 'DeleteService', input.cluster, input.service),
      run({ cluster, service: name, force = false }) {
        const service = state.service(state.cluster(cluster), name)
        if (service.configuration.desiredCount > 0 && !force) {
          throw new InvalidParameter('The service cannot be stopped while it is scaled above 0.')
        }
        service.drain()
        return { service: describeService(service, architecture) }
      },
    }),
    operation({
      name: 'DescribeServices',
      input: shape({
        cluster: z.string().optional(),
        services: z.array(z.string()).min(1).max(LIMITS.describedServices),
        include: z.array(z.literal('TAGS')).optional(),
      }),
      authorize: ({ cluster, services }) => services.map(name => onService(context, 'DescribeServices', cluster, name)),
      run({ cluster: name, services: wanted, include = [] }) {
        const cluster = state.cluster(name)
        const found = wanted.map(reference => ({ reference, service: state.findService(cluster, reference) }))
        return {
          services: found.flatMap(({ service }) =>
            service
              ? [
                  {
                    ...describeService(service, architecture),
                    ...(include.includes('TAGS') ? { tags: describeTags(service.tags) } : {}),
                  },
                ]
              : [],
          ),
          failures: found
            .filter(({ service }) => !service)
            .map(({ reference }) => ({
              arn: state.names.service(cluster.name, shortName(reference)),
              reason: 'MISSING',
            })),
        }
      },
    }),
    operation({
      name: 'ListServices',
      input: shape({
        cluster: z.string().optional(),
        launchType: listedLaunchType,
        schedulingStrategy: z.enum(['REPLICA', 'DAEMON']).optional(),
        ...paging,
      }),
      authorize: ({ cluster }) => inCluster(context, 'ListServices', cluster, '*'),
      run({ cluster, launchType = 'FARGATE', schedulingStrategy = 'REPLICA', ...page }) {
        const isAny = launchType === 'FARGATE' && schedulingStrategy === 'REPLICA'
        const active = state.servicesOf(state.cluster(cluster)).filter(({ status }) => isAny && status !== 'INACTIVE')
        const { items, nextToken } = pageOf<RunningService>(active, page, LIMITS.servicesPage)
        return { serviceArns: items.map(({ definition }) => definition.arn), nextToken }
      },
    }),
  ]
}

interface Changing {
  readonly desiredCount?: number | undefined
  readonly deploymentConfiguration?: z.output<typeof wireDeployment> | undefined
  readonly healthCheckGracePeriodSeconds?: number | undefined
  readonly availabilityZoneRebalancing?: 'ENABLED' | 'DISABLED' | undefined
  readonly loadBalancers?:
    | readonly { readonly targetGroupArn: string; readonly containerName: string; readonly containerPort: number }[]
    | undefined
}

function changeOf(
  context: EcsContext,
  input: Changing,
  containers: readonly { readonly name: string; readonly ports: readonly number[] }[],
): Partial<ServiceConfiguration> {
  const { deploymentConfiguration: deployment, healthCheckGracePeriodSeconds: grace } = input
  const breaker = deployment?.deploymentCircuitBreaker
  return {
    ...(input.desiredCount === undefined ? {} : { desiredCount: input.desiredCount }),
    ...(grace === undefined ? {} : { healthCheckGracePeriod: seconds(grace) }),
    ...(input.availabilityZoneRebalancing === undefined
      ? {}
      : { zoneRebalancing: input.availabilityZoneRebalancing === 'ENABLED' }),
    ...(deployment?.maximumPercent === undefined ? {} : { maximumPercent: deployment.maximumPercent }),
    ...(deployment?.minimumHealthyPercent === undefined
      ? {}
      : { minimumHealthyPercent: deployment.minimumHealthyPercent }),
    ...(breaker ? { circuitBreaker: { enabled: breaker.enable, rollback: breaker.rollback } } : {}),
    ...(deployment?.alarms
      ? {
          alarms: {
            names: deployment.alarms.enable ? deployment.alarms.alarmNames : [],
            rollback: deployment.alarms.rollback,
          },
        }
      : {}),
    ...(input.loadBalancers ? { targets: input.loadBalancers.map(each => targetOf(context, each, containers)) } : {}),
  }
}

function targetOf(
  { state }: EcsContext,
  given: NonNullable<Changing['loadBalancers']>[number],
  containers: readonly { readonly name: string; readonly ports: readonly number[] }[],
): TaskTarget {
  const { targetGroupArn, containerName, containerPort: port } = given
  const group = nodesOf(state.world.architecture, 'targetGroup').find(({ arn }) => arn === targetGroupArn)
  if (!group) throw new InvalidParameter(`The target group with targetGroupArn ${targetGroupArn} does not exist.`)
  if (group.targetType !== 'ip') {
    throw new InvalidParameter(
      `The provided target group ${targetGroupArn} has target type ${group.targetType}, which is incompatible with the awsvpc network mode specified in the task definition.`,
    )
  }
  const container = containers.find(({ name }) => name === containerName)
  if (!container) throw new InvalidParameter(`The container ${containerName} does not exist in the task definition.`)
  if (!container.ports.includes(port)) {
    throw new InvalidParameter(`The container ${containerName} did not have a container port ${port} defined.`)
  }
  return { targetGroup: group.id, container: containerName, port }
}
