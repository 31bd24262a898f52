import { z } from 'zod'
import { accepted, type Operation, operation, shape } from '../../../gateway/api.ts'
import { wireTags } from '../definitions/wire-shape.ts'
import { ClientException, ClusterContainsServices, ClusterContainsTasks } from '../errors.ts'
import { shortName } from '../names.ts'
import type { RunningCluster } from '../state.ts'
import { isStarting } from '../tasks/status.ts'
import { anywhere, describeTags, type EcsContext, inCluster, readTags } from './context.ts'
import { pageOf, paging } from './paging.ts'

const settings = () =>
  z.array(shape({ name: z.literal('containerInsights'), value: z.enum(['enabled', 'disabled', 'enhanced']) }))

/** Clusters. */
export const clusterOperations = (context: EcsContext): readonly Operation[] => [
  operation({
    name: 'CreateCluster',
    input: shape({
      clusterName: z.string().optional(),
      settings: settings().optional(),
      tags: wireTags().optional(),
      capacityProviders: accepted(
        z.array(z.enum(['FARGATE', 'FARGATE_SPOT'])).optional(),
        'all tasks run on Fargate, and no Spot task is interrupted',
      ),
    }),
    authorize: () => anywhere('CreateCluster'),
    run({ clusterName = 'default', settings: given = [], tags }) {
      if (!/^[A-Za-z0-9_-]{1,255}$/.test(clusterName)) {
        throw new ClientException('The cluster name may have 1 to 255 letters, digits, hyphens and underscores.')
      }
      const insights = given.some(({ value }) => value !== 'disabled')
      return {
        cluster: describe(context, context.state.createCluster(clusterName, insights, readTags(tags)), [
          'TAGS',
          'SETTINGS',
        ]),
      }
    },
  }),
  operation({
    name: 'DeleteCluster',
    input: shape({ cluster: z.string() }),
    authorize: ({ cluster }) => inCluster(context, 'DeleteCluster', cluster),
    run({ cluster: name }) {
      const { state } = context
      const cluster = state.cluster(name)
      if (state.servicesOf(cluster).some(({ status }) => status !== 'INACTIVE')) throw new ClusterContainsServices()
      if (tasksOf(context, cluster).length > 0) throw new ClusterContainsTasks()
      cluster.status = 'INACTIVE'
      return { cluster: describe(context, cluster, []) }
    },
  }),
  operation({
    name: 'DescribeClusters',
    input: shape({
      clusters: z.array(z.string()).max(100).optional(),
      include: z.array(z.enum(['ATTACHMENTS', 'CONFIGURATIONS', 'SETTINGS', 'STATISTICS', 'TAGS'])).optional(),
    }),
    authorize: ({ clusters = ['default'] }) => clusters.map(name => inCluster(context, 'DescribeClusters', name)),
    run({ clusters: names = ['default'], include = [] }) {
      const { state } = context
      const found = names.flatMap(name => state.findCluster(name) ?? [])
      const missing = names.filter(name => !state.findCluster(name))
      return {
        clusters: found.map(cluster => describe(context, cluster, include)),
        failures: missing.map(name => ({ arn: state.names.cluster(shortName(name)), reason: 'MISSING' })),
      }
    },
  }),
  operation({
    name: 'ListClusters',
    input: shape(paging),
    authorize: () => anywhere('ListClusters'),
    run(input) {
      const active = context.state.clusters.filter(({ status }) => status === 'ACTIVE')
      const { items, nextToken } = pageOf(active, input)
      return { clusterArns: items.map(({ arn }) => arn), nextToken }
    },
  }),
]

const tasksOf = ({ state }: EcsContext, { arn }: RunningCluster) =>
  state.tasks.all.filter(({ request, lastStatus }) => request.cluster.arn === arn && lastStatus !== 'STOPPED')

function describe(context: EcsContext, cluster: RunningCluster, include: readonly string[]) {
  const tasks = tasksOf(context, cluster)
  const running = tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING').length
  const pending = tasks.filter(({ lastStatus }) => isStarting(lastStatus)).length
  const services = context.state.servicesOf(cluster).filter(({ status }) => status === 'ACTIVE').length
  return {
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    status: cluster.status,
    registeredContainerInstancesCount: 0,
    runningTasksCount: running,
    pendingTasksCount: pending,
    activeServicesCount: services,
    statistics: include.includes('STATISTICS')
      ? [
          { name: 'runningFargateTasksCount', value: String(running) },
          { name: 'pendingFargateTasksCount', value: String(pending) },
          { name: 'activeFargateServiceCount', value: String(services) },
        ]
      : [],
    tags: include.includes('TAGS') ? describeTags(cluster.tags) : [],
    settings: include.includes('SETTINGS')
      ? [{ name: 'containerInsights', value: cluster.containerInsights ? 'enabled' : 'disabled' }]
      : [],
    capacityProviders: ['FARGATE'],
    defaultCapacityProviderStrategy: [],
  }
}
