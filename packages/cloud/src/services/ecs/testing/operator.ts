import {
  type Deployment,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
} from '@aws-sdk/client-ecs'
import { clientOptions } from '../../../gateway/testing.ts'
import type { Stage } from './stage.ts'

/** Looks at the service `web` of a stage as an operator does: through the SDK. */
export class Operator {
  readonly client: ECSClient

  constructor({ cloud }: Pick<Stage, 'cloud'>) {
    this.client = new ECSClient(clientOptions(cloud.gateway.url))
  }

  async service() {
    const { services = [] } = await this.client.send(
      new DescribeServicesCommand({ cluster: 'main', services: ['web'] }),
    )
    const [service] = services
    if (!service) throw new Error('there is no service web')
    return service
  }

  /** What the service has said, the oldest first, without the ids of tasks, target groups and deployments. */
  async events(): Promise<readonly string[]> {
    const { events = [] } = await this.service()
    return events.map(({ message = '' }) => anonymous(message)).reverse()
  }

  async primary(): Promise<Deployment> {
    const { deployments = [] } = await this.service()
    const [primary] = deployments
    if (!primary) throw new Error('the service has no deployment')
    return primary
  }

  async tasks(desiredStatus: 'RUNNING' | 'STOPPED' = 'RUNNING') {
    const { taskArns: tasks = [] } = await this.client.send(new ListTasksCommand({ cluster: 'main', desiredStatus }))
    if (tasks.length === 0) return []
    const { tasks: described = [] } = await this.client.send(new DescribeTasksCommand({ cluster: 'main', tasks }))
    return described
  }

  /** `web:1 RUNNING us-east-1a`, … in alphabetical order. */
  async lines(desiredStatus: 'RUNNING' | 'STOPPED' = 'RUNNING'): Promise<readonly string[]> {
    const tasks = await this.tasks(desiredStatus)
    return tasks
      .map(({ taskDefinitionArn, lastStatus, availabilityZone }) =>
        [taskDefinitionArn?.split('/')[1], lastStatus, availabilityZone].join(' '),
      )
      .sort()
  }
}

/** A sentence without what is different in each run. */
export const anonymous = (message: string): string =>
  message
    .replace(/\(task [0-9a-f]{32}\)/g, '(task …)')
    .replace(/\(target-group [^)]*\)/g, '(target-group …)')
    .replace(/ecs-svc\/\d+/g, 'ecs-svc/…')

/** The private address of a task. */
export const addressOf = (task: {
  readonly containers?:
    | readonly {
        readonly networkInterfaces?: readonly { readonly privateIpv4Address?: string | undefined }[] | undefined
      }[]
    | undefined
}): string => task.containers?.[0]?.networkInterfaces?.[0]?.privateIpv4Address ?? ''
