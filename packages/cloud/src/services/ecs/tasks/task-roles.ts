import { type Architecture, findNode, type NodeId } from '@terrace/model'
import type { Principal } from '../../../identity/principal.ts'
import { mayAssume } from '../../../identity/trust.ts'
import type { TaskSpec } from '../definitions/task-definitions.ts'

/** Who must be trusted by the roles of a task. */
export const TASKS_SERVICE = 'ecs-tasks.amazonaws.com'

/** The first role of a definition that ECS may not take on, in AWS's words; nothing when all are good. */
export function untrustedRole(architecture: Architecture, spec: TaskSpec): string | undefined {
  for (const id of [spec.executionRole, spec.taskRole]) {
    const role = id === undefined ? undefined : findNode(architecture, id, 'role')
    if (!role || mayAssume(role, TASKS_SERVICE)) continue
    return (
      `ECS was unable to assume the role '${role.arn}' that was provided for this task. Please verify that the role ` +
      'being passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.'
    )
  }
  return undefined
}

/** A task's session of a role; without one it is nobody. */
export function sessionOf(architecture: Architecture, role: NodeId | undefined, task: string): Principal {
  const found = role === undefined ? undefined : findNode(architecture, role, 'role')
  if (!found) return { kind: 'anonymous' }
  const sessionArn = `arn:aws:sts::${architecture.account}:assumed-role/${found.name}/${task}`
  return { kind: 'role', role: found.id, arn: found.arn, sessionArn }
}
