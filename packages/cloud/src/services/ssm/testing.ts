import { SSMClient } from '@aws-sdk/client-ssm'
import type { ArchitectureNode, PolicyStatement, Role } from '@terrace/model'
import { clientOptions, policy, testRole } from '../../gateway/testing.ts'
import type { Instance } from '../../ports.ts'
import { testNode, threeTiers } from '../../testing/architecture.ts'
import {
  type Ec2Cloud,
  type Ec2CloudOptions,
  imageIn,
  imageProcess,
  machineWith,
  startEc2Cloud,
} from '../../workload/testing.ts'
import { ssm } from './index.ts'

/** What the agent of an instance needs, as `AmazonSSMManagedInstanceCore` allows it. */
export const AGENT: PolicyStatement = {
  Effect: 'Allow',
  Action: ['ssm:UpdateInstanceInformation', 'ssmmessages:*', 'ec2messages:*'],
  Resource: '*',
}

const PULL: PolicyStatement = {
  Effect: 'Allow',
  Action: ['ecr:GetAuthorizationToken', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
  Resource: '*',
}

/** A role that EC2 may take on. */
export const instanceRole = (name: string, ...statements: readonly PolicyStatement[]): Role => ({
  ...testRole(name, PULL, ...statements),
  trust: policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ec2.amazonaws.com' } }),
})

/** User data that makes users with a purpose. */
export const usersData = (users: object): string =>
  `#!/bin/bash\ncat > /etc/terrace/users.json <<'TERRACE_USERS'\n${JSON.stringify({ users })}\nTERRACE_USERS\n`

/** A cloud with instances and Systems Manager. */
export interface SsmCloud extends Ec2Cloud {
  readonly client: SSMClient
  /** In the private subnet of the application, which has a way out by NAT, unless another is named. */
  launch(options?: LaunchOptions): Promise<Instance>
}

export interface LaunchOptions {
  readonly role?: string
  readonly subnet?: string
  /** Folder of a `main.js` that it runs; absent: nothing. */
  readonly image?: string
  readonly userData?: string
  readonly tags?: Readonly<Record<string, string>>
}

/** Three tiers, a role `agent` that may do what agents do, and a role `silent` that may not. */
export async function startSsmCloud(
  nodes: readonly ArchitectureNode[] = [],
  options: Partial<Ec2CloudOptions> = {},
): Promise<SsmCloud> {
  const template = testNode('launchTemplate', 'template', {
    name: 'app',
    machine: machineWith([imageProcess(imageIn('/'))]),
  })
  const roles = [instanceRole('agent', AGENT), instanceRole('silent')]
  const cloud = await startEc2Cloud({
    nodes: [...threeTiers(), ...roles, template, ...nodes],
    services: [ssm],
    ...options,
  })
  return {
    ...cloud,
    client: new SSMClient({ ...clientOptions(cloud.gateway.url) }),
    async launch({ role = 'agent', subnet = 'app-a', image, userData = '', tags = {} } = {}) {
      const processes = image === undefined ? [] : [imageProcess(imageIn(image))]
      const machine = machineWith(processes, { role, userData })
      const instance = await cloud.instances.launch({ machine, subnet, owner: 'template', tags })
      // Its doors open a moment after it is running.
      while (!instance.host) await new Promise(resolve => setImmediate(resolve))
      return instance
    },
  }
}
