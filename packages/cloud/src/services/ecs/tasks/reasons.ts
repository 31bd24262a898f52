import { messageOf } from '@terrace/kit'
import { LaunchFailure } from '../../../workload/launch-failure.ts'

/** Fixed reasons. @see ECS Developer Guide, "View Amazon ECS stopped task errors" */
export const REASONS = {
  essentialExited: 'Essential container in task exited',
  scaling: (deployment: string) => `Scaling activity initiated by (deployment ${deployment})`,
  elb: (targetGroup: string) => `Task failed ELB health checks in (target-group ${targetGroup})`,
  container: 'Task failed container health checks',
  user: 'Task stopped by user',
  // differs: AWS says nothing about tasks of a zone that has gone; they are replaced by their health checks.
  lost: (zone: string) => `The task can't be reached any more: ${zone} has no power`,
} as const

const NETWORK = 'Check your task network configuration.'

/** `status code: 400, request id: …`, without the id, which nobody could look up. */
const status = (code: number): string => `status code: ${code}`

/**
 * Why a task could not start, in ECS's words, as far as it needs something of AWS; its own when it can't run here.
 *
 * @see ECS Developer Guide "Resolve Amazon ECS stopped task errors": "ResourceInitializationError", "CannotPullContainer task
 * errors", "CannotStartContainerError". differs: addresses and request ids inside AWS's texts are left out
 */
export function reasonOf(error: unknown): string {
  if (!(error instanceof LaunchFailure)) return `CannotStartContainerError: ${messageOf(error)}`
  switch (error.need.kind) {
    case 'secret':
      return `ResourceInitializationError: unable to pull secrets or registry auth: ${secret(error, error.need.reference)}`
    case 'image':
      return image(error, error.need.uri)
    case 'logs':
      return `ResourceInitializationError: failed to validate logger args: ${logs(error)}`
    case 'program':
      return error.problem.kind === 'notHere'
        ? `CannotPullContainerError: ${error.problem.message} (${error.hint})`
        : `CannotStartContainerError: ${error.message}`
    default:
      return `CannotStartContainerError: ${error.message}`
  }
}

function secret({ problem, message }: LaunchFailure, reference: string): string {
  const fromSecretsManager = /^arn:[^:]+:secretsmanager:/.test(reference)
  const from = fromSecretsManager ? 'unable to retrieve secret from asm' : 'unable to retrieve secrets from ssm'
  const what = fromSecretsManager ? `failed to fetch secret ${reference} from secrets manager: ` : ''
  switch (problem.kind) {
    case 'unreachable': {
      const store = fromSecretsManager ? 'AWS Secrets Manager' : 'AWS Systems Manager'
      const asset = fromSecretsManager ? `secret '${reference}'` : `secrets '${reference}'`
      return (
        `unable to retrieve secrets: The task cannot pull ${asset} from ${store}. There is a connection issue between ` +
        `the task and ${store}. ${NETWORK} ${what}RequestCanceled: request context canceled caused by: context deadline exceeded`
      )
    }
    case 'refused':
      return (
        `execution resource retrieval failed: ${from}: service call has been retried 1 time(s): ${what}` +
        `${problem.code}: ${problem.message} ${status(problem.status)}`
      )
    case 'noCredentials':
      return `execution resource retrieval failed: ${from}: ${what}NoCredentialProviders: no valid providers in chain: ${problem.because}`
    default:
      return `execution resource retrieval failed: ${from}: service call has been retried 1 time(s): ${what}${message}`
  }
}

function image({ problem, message }: LaunchFailure, uri: string): string {
  const registry = /\.dkr\.ecr\./.test(uri) ? 'Amazon ECR' : 'the registry'
  const auth = 'ResourceInitializationError: unable to pull secrets or registry auth:'
  switch (problem.kind) {
    case 'unreachable':
      if (problem.host.startsWith('api.ecr.')) {
        return (
          `${auth} The task cannot pull registry auth from ${registry}: There is a connection issue between the task and ` +
          `${registry}. ${NETWORK} RequestError: send request failed caused by: Post "https://${problem.host}/": ` +
          'dial tcp: i/o timeout'
        )
      }
      return (
        `CannotPullContainerError: The task cannot pull '${uri}' from ${registry}. There is a connection issue between ` +
        `the task and ${registry}. ${NETWORK} failed to do request: "https://${problem.host}/": dial tcp: i/o timeout`
      )
    case 'refused':
      if (problem.operation === 'GetAuthorizationToken') {
        return (
          `${auth} execution resource retrieval failed: unable to retrieve ecr registry auth: service call has been ` +
          `retried 1 time(s): ${problem.code}: ${problem.message} ${status(problem.status)}`
        )
      }
      return (
        `CannotPullContainerError: The task can’t pull the image ‘${uri}’ from ${registry}. Check that the role has the ` +
        `permissions to pull images from the registry. ${problem.code}: ${problem.message}`
      )
    case 'noCredentials':
      return `${auth} execution resource retrieval failed: unable to retrieve ecr registry auth: ${problem.because}`
    case 'notHere':
      return `CannotPullContainerError: ${problem.message}`
    case 'unusable':
      return `CannotPullContainerError: failed to resolve ref ${uri}: ${problem.message || message}`
  }
}

function logs({ problem, message }: LaunchFailure): string {
  switch (problem.kind) {
    case 'unreachable':
      return (
        'The task cannot find the Amazon CloudWatch log group defined in the task definition. There is a connection ' +
        'issue between the task and Amazon CloudWatch. Check your network configuration. : signal: killed'
      )
    case 'refused':
      return (
        'create stream has been retried 1 times: failed to create Cloudwatch log stream: operation error CloudWatch ' +
        `Logs: ${problem.operation}, https response error StatusCode: ${problem.status}, ${problem.code}: ` +
        `${problem.message} : exit status 1`
      )
    default:
      return `${message} : exit status 1`
  }
}
