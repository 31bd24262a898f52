import { messageOf } from '@terrace/kit'
import { getNode } from '@terrace/model'
import { z } from 'zod'
import { type Operation, operation, shape } from '../../../gateway/api.ts'
import { timestamp } from '../../../gateway/time.ts'
import { wireTags } from '../definitions/wire-shape.ts'
import { InvalidParameter } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import { shortName } from '../names.ts'
import { chooseSubnet } from '../scheduling/placement.ts'
import type { RunningCluster } from '../state.ts'
import { describeTask } from '../tasks/describe-task.ts'
import { REASONS } from '../tasks/reasons.ts'
import type { Task } from '../tasks/task.ts'
import { PlacementFailure } from '../tasks/task-book.ts'
import { ClientTokens } from './client-tokens.ts'
import {
  definitionArn,
  describeTags,
  type EcsContext,
  inCluster,
  listedLaunchType,
  onTask,
  passedRolesOf,
  readNetwork,
  readTags,
  wireLaunch,
  wireNetwork,
} from './context.ts'
import { pageOf, paging } from './paging.ts'

const wireOverrides = shape({
  containerOverrides: z
    .array(
      shape({
        name: z.string(),
        command: z.array(z.string()).optional(),
        environment: z.array(shape({ name: z.string(), value: z.string() })).optional(),
      }),
    )
    .optional(),
})

/** Tasks, of services and on their own. */
export const taskOperations = (context: EcsContext): readonly Operation[] => {
  const { state } = context
  const started = new ClientTokens<StartedTasks>('RunTask', state.world.clock)
  return [
    operation({
      name: 'RunTask',
      input: shape({
        cluster: z.string().optional(),
        taskDefinition: z.string(),
        count: z.int().min(1).max(LIMITS.runTaskCount).optional(),
        group: z.string().optional(),
        startedBy: z.string().max(128).optional(),
        overrides: wireOverrides.optional(),
        networkConfiguration: wireNetwork.optional(),
        clientToken: z.string().max(64).optional(),
        tags: wireTags().optional(),
        ...wireLaunch,
      }),
      authorize: input => [
        inCluster(context, 'RunTask', input.cluster, definitionArn(context, input.taskDefinition)),
        ...passedRolesOf(context, state.definitions.find(input.taskDefinition)),
      ],
      run(input) {
        const { tasks, failures } = started.once(input, () => runTasks(context, input))
        return { tasks: tasks.map(task => describe(context, task, ['TAGS'])), failures }
      },
    }),
    operation({
      name: 'StopTask',
      input: shape({ cluster: z.string().optional(), task: z.string(), reason: z.string().max(1024).optional() }),
      authorize: ({ cluster, task }) => onTask(context, 'StopTask', cluster, task),
      run({ cluster, task: id, reason }) {
        const task = taskOf(context, state.cluster(cluster), id)
        if (!task) throw new InvalidParameter('The referenced task was not found.')
        void task.stop('UserInitiated', reason ?? REASONS.user)
        return { task: describe(context, task, []) }
      },
    }),
    operation({
      name: 'DescribeTasks',
      input: shape({
        cluster: z.string().optional(),
        tasks: z.array(z.string()).min(1).max(LIMITS.describedTasks),
        include: z.array(z.literal('TAGS')).optional(),
      }),
      authorize: ({ cluster, tasks }) => tasks.map(task => onTask(context, 'DescribeTasks', cluster, task)),
      run({ cluster: name, tasks: wanted, include = [] }) {
        const cluster = state.cluster(name)
        const found = wanted.map(reference => ({ reference, task: taskOf(context, cluster, reference) }))
        return {
          tasks: found.flatMap(({ task }) => (task ? [describe(context, task, include)] : [])),
          failures: found
            .filter(({ task }) => !task)
            .map(({ reference }) => ({ arn: state.names.task(cluster.name, shortName(reference)), reason: 'MISSING' })),
        }
      },
    }),
    operation({
      name: 'ListTasks',
      input: shape({
        cluster: z.string().optional(),
        family: z.string().optional(),
        serviceName: z.string().optional(),
        startedBy: z.string().optional(),
        desiredStatus: z.enum(['RUNNING', 'PENDING', 'STOPPED']).optional(),
        launchType: listedLaunchType,
        ...paging,
      }),
      authorize: ({ cluster }) => inCluster(context, 'ListTasks', cluster, '*'),
      run({
        cluster: name,
        family,
        serviceName,
        startedBy,
        desiredStatus = 'RUNNING',
        launchType = 'FARGATE',
        ...page
      }) {
        const cluster = state.cluster(name)
        // @throws ServiceNotFound, as AWS does
        if (serviceName !== undefined) state.service(cluster, serviceName)
        const all = state.tasks.all.filter(
          task =>
            launchType === 'FARGATE' &&
            task.request.cluster.arn === cluster.arn &&
            task.desiredStatus === desiredStatus &&
            (family === undefined || task.request.revision.family === family) &&
            (serviceName === undefined || task.request.group === `service:${shortName(serviceName)}`) &&
            (startedBy === undefined || task.request.startedBy === startedBy),
        )
        const { items, nextToken } = pageOf(all, page)
        return { taskArns: items.map(({ arn }) => arn), nextToken }
      },
    }),
  ]
}

interface RunInput {
  readonly cluster?: string | undefined
  readonly taskDefinition: string
  readonly count?: number | undefined
  readonly group?: string | undefined
  readonly startedBy?: string | undefined
  readonly overrides?: z.output<typeof wireOverrides> | undefined
  readonly networkConfiguration?: z.output<typeof wireNetwork> | undefined
  readonly tags?: z.output<ReturnType<typeof wireTags>> | undefined
}

interface StartedTasks {
  readonly tasks: readonly Task[]
  readonly failures: readonly { readonly reason: string }[]
}

function runTasks(context: EcsContext, input: RunInput): StartedTasks {
  const { state } = context
  const { architecture, zones } = state.world
  const cluster = state.cluster(input.cluster)
  const revision = state.definitions.active(input.taskDefinition)
  const placement = readNetwork(input.networkConfiguration, architecture)
  const subnets = placement.subnets.map(id => getNode(architecture, id, 'subnet'))
  const overrides = input.overrides?.containerOverrides ?? []
  for (const { name } of overrides) {
    if (!revision.containers.some(container => container.name === name)) {
      throw new InvalidParameter(`Override for container named ${name} is not a container in the TaskDefinition.`)
    }
  }
  const tasks: Task[] = []
  const failures: { readonly reason: string }[] = []
  for (let i = 0; i < (input.count ?? 1); i++) {
    try {
      const placed = tasks.map(({ zone, networkInterface }) => ({ zone, subnet: networkInterface.subnet }))
      const subnet = chooseSubnet(subnets, placed, zone => zones.isUp(zone))
      if (!subnet)
        throw new PlacementFailure(
          'Capacity is unavailable at this time. Please try again later or in a different availability zone',
        )
      tasks.push(
        state.tasks.launch(
          {
            cluster,
            revision,
            targets: [],
            group: input.group ?? `family:${revision.family}`,
            ...(input.startedBy === undefined ? {} : { startedBy: input.startedBy }),
            environment: Object.fromEntries(
              overrides.map(({ name, environment = [] }) => [
                name,
                Object.fromEntries(environment.map(each => [each.name, each.value])),
              ]),
            ),
            commands: Object.fromEntries(overrides.flatMap(({ name, command }) => (command ? [[name, command]] : []))),
            tags: readTags(input.tags),
            owner: cluster.node ?? architecture.name,
          },
          { subnet: subnet.id, ...placement },
        ),
      )
    } catch (error) {
      if (!(error instanceof PlacementFailure)) throw error
      failures.push({ reason: messageOf(error) })
    }
  }
  return { tasks, failures }
}

function taskOf({ state }: EcsContext, cluster: RunningCluster, reference: string): Task | undefined {
  const task = state.tasks.find(shortName(reference))
  return task?.request.cluster.arn === cluster.arn ? task : undefined
}

const describe = ({ state }: EcsContext, task: Task, include: readonly string[]) => ({
  ...describeTask(task, state.world.architecture, timestamp),
  tags: include.includes('TAGS') ? describeTags(task.tags) : undefined,
})
