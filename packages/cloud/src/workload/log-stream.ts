import type { AwsCalls } from './aws-calls.ts'
import { LaunchFailure } from './launch-failure.ts'

/**
 * Makes a log stream as Docker's `awslogs` driver does before a container starts; one that exists already is good.
 *
 * @see Docker documentation, "Amazon CloudWatch Logs logging driver"
 * @throws LaunchFailure
 */
export async function openLogStream(group: string, stream: string, calls: AwsCalls, region: string): Promise<void> {
  try {
    await calls.text({
      need: { kind: 'logs', group },
      service: 'logs',
      title: 'CloudWatch Logs',
      operation: 'CreateLogStream',
      host: `logs.${region}.amazonaws.com`,
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'Logs_20140328.CreateLogStream' },
      body: JSON.stringify({ logGroupName: group, logStreamName: stream }),
    })
  } catch (error) {
    const exists =
      error instanceof LaunchFailure &&
      error.problem.kind === 'refused' &&
      error.problem.code === 'ResourceAlreadyExistsException'
    if (!exists) throw error
  }
}
