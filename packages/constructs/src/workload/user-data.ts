import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Lazy, Stack } from 'aws-cdk-lib'
import { UserData } from 'aws-cdk-lib/aws-ec2'
import type { Construct } from 'constructs'
import { needsTracesModule, tracesModuleScript } from '../site/nginx-traces.ts'
import { agentScript } from './agent.ts'
import type { WorkloadDocument } from './document.ts'
import { endWhenUnusedScript } from './end-when-unused.ts'
import { type LinuxUsers, linuxUsersScript } from './linux-users.ts'
import type { InstanceLifecycle, UserDataOptions } from './options.ts'
import { selfSignedScript } from './self-signed.ts'

/** What the start script needs to know beside the document. */
export interface UserDataContext extends UserDataOptions {
  /** The CloudWatch log group that containers write to. */
  readonly logGroupName: string
  /** Logical id of the resource that waits for a signal from the instance: its Auto Scaling group, or itself. */
  readonly signals: string
  /** Who may work on the instance. */
  readonly users?: LinuxUsers
  /** Lines of a script that runs before the processes start, with a newline at its end. */
  readonly before?: string
}

/** EC2 takes at most this many bytes of user data, before base64. */
export const MAX_USER_DATA_BYTES = 16_384

/** A script beside this file, without its comments: each byte counts. */
const script = (name: string): string =>
  readFileSync(new URL(`./${name}`, import.meta.url), 'utf8').replaceAll(/^ *# .*\n/gm, '')

const START = script('start.sh')
const RUN = script('run.sh')
const VOLUME = script('volume.sh')
const POSTGRES = script('postgres.sh')

/**
 * User data for Amazon Linux 2023: writes the document to `/etc/terrace/workload.json`, then runs a script that is the
 * same for every workload; users, where there are any, come between. The script installs what is missing, mounts the
 * volume, reads secrets and files with the instance's own role, starts the processes in the document's order, waits until
 * each answers at `/readyz`, completes the lifecycle action, and tells CloudFormation how it went. It may run again: what
 * is there stays.
 *
 * Its second line, `# version: …`, is another one whenever anything in it is.
 *
 * @throws when an option can't be carried out on an instance
 */
export function workloadUserData(scope: Construct, document: WorkloadDocument, context: UserDataContext): UserData {
  const stack = Stack.of(scope)
  const { users, before = '', endWhenUnused, volume, agent, selfSigned, lifecycle } = context
  const hasPostgres = Object.values(document.processes).some(process => 'postgres' in process)
  const hasTraces = Object.values(document.processes).some(each => 'nginx' in each && needsTracesModule(each.nginx))
  const body = [
    `set -euo pipefail
export TERRACE_STACK='${stack.stackName}' TERRACE_RESOURCE='${context.signals}' TERRACE_LOG_GROUP='${context.logGroupName}'
install -d -m 700 /etc/terrace
cat > /etc/terrace/workload.json <<'TERRACE_WORKLOAD'
${stack.toJsonString(document)}
TERRACE_WORKLOAD
`,
    users ? linuxUsersScript(users) : '',
    endWhenUnused ? endWhenUnusedScript(endWhenUnused) : '',
    before,
    ...(volume ? [VOLUME] : []),
    ...(hasPostgres ? [POSTGRES] : []),
    START,
    volume ? `mount_volume ${volume.device} ${volume.mount}\n` : '',
    agent ? agentScript(stack, agent) : '',
    selfSigned ? selfSignedScript : '',
    hasTraces ? tracesModuleScript : '',
    RUN,
    lifecycle ? completion(lifecycle) : '',
  ].join('')
  const version = Lazy.string({ produce: () => hashOf(JSON.stringify(stack.resolve(body))) })
  return UserData.custom(`#!/bin/bash\n# version: ${version}\n${body}`)
}

// What can't be completed is left to the hook's own default: the processes run all the same.
const completion = ({ hookName, groupName }: InstanceLifecycle): string =>
  `aws autoscaling complete-lifecycle-action --lifecycle-hook-name '${hookName}' --auto-scaling-group-name '${groupName}' \\
  --lifecycle-action-result CONTINUE --instance-id "$instance" || echo 'the lifecycle action was not completed' >&2
`

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12)
