import { GetParameterCommand, ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm'
import { tracedAws } from '@terrace/service'
import { TIMEOUTS, type Timeouts } from './timeouts.ts'

/** Reads one parameter's text; undefined when it isn't there. */
export type ReadParameter = () => Promise<string | undefined>

/** The parameter that the guard writes, with the client to be closed. */
export function gateParameter(
  name: string,
  timeouts: Timeouts = TIMEOUTS,
): { readonly read: ReadParameter; close(): void } {
  const client = tracedAws(new SSMClient({ maxAttempts: 2, requestHandler: timeouts }))
  return {
    async read() {
      try {
        const { Parameter } = await client.send(new GetParameterCommand({ Name: name }))
        return Parameter?.Value
      } catch (error) {
        if (error instanceof ParameterNotFound) return undefined
        throw error
      }
    },
    close: () => client.destroy(),
  }
}
