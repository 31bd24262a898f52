import { readFileSync } from 'node:fs'
import { Stack } from 'aws-cdk-lib'
import { UserData } from 'aws-cdk-lib/aws-ec2'
import type { Construct } from 'constructs'
import type { WorkloadDocument } from './document.ts'
import { type LinuxUsers, linuxUsersScript } from './linux-users.ts'

/** What the start script needs to know beside the document. */
export interface UserDataContext {
  /** The CloudWatch log group that containers write to. */
  readonly logGroupName: string
  /** Logical id of the Auto Scaling group that waits for a signal from the instance. */
  readonly signals: string
  /** Who may work on the instance. */
  readonly users?: LinuxUsers
  /** Lines of a script that runs before the processes start, with a newline at its end. */
  readonly before?: string
}

/** EC2 takes at most this many bytes of user data, before base64. */
export const MAX_USER_DATA_BYTES = 16_384

const START_SCRIPT = readFileSync(new URL('./start.sh', import.meta.url), 'utf8')

/**
 * User data for Amazon Linux 2023: writes the document to `/etc/terrace/workload.json`, then runs a script that is the
 * same for every workload; users, where there are any, come between. The script installs what is missing, reads secrets and files with the instance's own role, starts
 * the processes, waits until each answers at `/readyz`, and tells CloudFormation how it went.
 */
export function workloadUserData(scope: Construct, document: WorkloadDocument, context: UserDataContext): UserData {
  return UserData.custom(`#!/bin/bash
set -euo pipefail
export TERRACE_STACK='${Stack.of(scope).stackName}' TERRACE_RESOURCE='${context.signals}' TERRACE_LOG_GROUP='${context.logGroupName}'
install -d -m 700 /etc/terrace
cat > /etc/terrace/workload.json <<'TERRACE_WORKLOAD'
${Stack.of(scope).toJsonString(document, 2)}
TERRACE_WORKLOAD
${context.users ? linuxUsersScript(context.users) : ''}${context.before ?? ''}${START_SCRIPT}`)
}
