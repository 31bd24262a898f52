import { type Duration, seconds } from '@terrace/kit'
import type { LaunchFailure, LaunchProblem } from '../../workload/launch-failure.ts'

/** How a failure looks on the instance: what the tool prints, and how long it takes until then. */
export interface ToolOutput {
  readonly lines: readonly string[]
  readonly after: Duration
}

/** `timeout` of dnf.conf(5): 30 s without a byte. */
const DNF_TIMEOUT = seconds(30)

/** The AWS CLI connects for 60 s and tries three times. @see AWS CLI User Guide, "AWS CLI retries" */
const CLI_TIMEOUT = seconds(180)

/** The Docker daemon waits 15 s for a registry's answer. */
const DOCKER_TIMEOUT = seconds(15)

/** Words a failed step as the tool of Amazon Linux words it that takes it there: dnf, the AWS CLI, Docker. */
export function toolOutput({ need, problem, message }: LaunchFailure): ToolOutput {
  switch (need.kind) {
    case 'packages':
      return dnf(problem)
    case 'secret':
      return awsCli(problem, message)
    case 'files':
      return s3(problem, message, need.source)
    case 'image':
      return docker(problem, message, need.uri)
    case 'logs':
      return awslogs(problem, message)
    case 'call':
      return awsCli(problem, message)
    case 'program':
      return { lines: message.split('\n'), after: 0 }
  }
}

function dnf(problem: LaunchProblem): ToolOutput {
  const lines = (host: string, curl: string) => [
    'Amazon Linux 2023 repository                    0.0  B/s |   0  B     00:30',
    "Errors during downloading metadata for repository 'amazonlinux':",
    `  - Curl error ${curl} for https://${host}/core/mirrors/latest/x86_64/mirror.list`,
    "Error: Failed to download metadata for repo 'amazonlinux': Cannot prepare internal mirrorlist: Curl error " +
      `${curl} for https://${host}/core/mirrors/latest/x86_64/mirror.list`,
  ]
  if (problem.kind === 'unreachable') {
    const { host } = problem
    const curl = `(28): Timeout was reached [Failed to connect to ${host} port 443 after 30000 ms: Timeout was reached]`
    return { lines: lines(host, curl), after: DNF_TIMEOUT }
  }
  const repository = "Error: Failed to download metadata for repo 'amazonlinux': Cannot prepare internal mirrorlist:"
  return { lines: [`${repository} Status code: 403`], after: 0 }
}

function awsCli(problem: LaunchProblem, message: string): ToolOutput {
  switch (problem.kind) {
    case 'unreachable':
      return { lines: ['', `Connect timeout on endpoint URL: "https://${problem.host}/"`], after: CLI_TIMEOUT }
    case 'refused':
      return {
        lines: [
          '',
          `An error occurred (${problem.code}) when calling the ${problem.operation} operation: ${problem.message}`,
        ],
        after: 0,
      }
    case 'noCredentials':
      return {
        lines: ['', 'Unable to locate credentials. You can configure credentials by running "aws configure".'],
        after: 0,
      }
    default:
      return { lines: [message], after: 0 }
  }
}

function s3(problem: LaunchProblem, message: string, source: string): ToolOutput {
  const { lines, after } = awsCli(problem, message)
  const [, bucket = ''] = /^s3:\/\/([^/]+)/.exec(source) ?? []
  if (problem.kind === 'unreachable') {
    const url = `https://${bucket}.${problem.host}/?list-type=2&prefix=&encoding-type=url`
    return { lines: [`fatal error: Connect timeout on endpoint URL: "${url}"`], after }
  }
  return { lines: [`fatal error: ${lines.filter(Boolean).join(' ')}`], after }
}

function docker(problem: LaunchProblem, message: string, uri: string): ToolOutput {
  const [registry = ''] = uri.split('/')
  const repository = uri.replace(/[:@][^/]*$/, '')
  // The token comes from the API by the AWS CLI, the rest by the daemon.
  if (problem.kind === 'unreachable' && problem.host.startsWith('api.ecr.')) return login(awsCli(problem, message))
  if (problem.kind === 'noCredentials') return login(awsCli(problem, message))
  if (problem.kind === 'refused' && problem.operation === 'GetAuthorizationToken')
    return login(awsCli(problem, message))
  if (problem.kind === 'unreachable') {
    const waiting =
      'net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)'
    const line = problem.host.startsWith(registry)
      ? `Error response from daemon: Get "https://${registry}/v2/": ${waiting}`
      : `error pulling image configuration: download failed after attempts=6: Get "https://${problem.host}/": ${waiting}`
    return { lines: [line], after: DOCKER_TIMEOUT }
  }
  if (problem.kind === 'refused' && problem.service === 'ECR') {
    const denied = `pull access denied for ${repository}, repository does not exist or may require 'docker login': denied:`
    return { lines: [`Error response from daemon: ${denied} ${problem.message}`], after: 0 }
  }
  if (problem.kind === 'refused') {
    return { lines: ['error pulling image configuration: image config verification failed: 403 Forbidden'], after: 0 }
  }
  return { lines: [`Error response from daemon: ${message}`], after: 0 }
}

const login = ({ lines, after }: ToolOutput): ToolOutput => ({
  lines: [...lines, 'Error: Cannot perform an interactive login from a non TTY device'],
  after,
})

function awslogs(problem: LaunchProblem, message: string): ToolOutput {
  const because = problem.kind === 'refused' ? `api error ${problem.code}: ${problem.message}` : message
  const line =
    'docker: Error response from daemon: failed to create task for container: failed to initialize logging driver: ' +
    `failed to create Cloudwatch log stream: operation error CloudWatch Logs: CreateLogStream, ${because}`
  return { lines: [line], after: problem.kind === 'unreachable' ? DOCKER_TIMEOUT : 0 }
}
