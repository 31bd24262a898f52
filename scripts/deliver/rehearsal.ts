import { awsCli } from '@terrace/constructs/operate'
import { type Clock, minutes, seconds } from '@terrace/kit'
import { askerOf } from '../smoke/ask.ts'
import { probesFor } from '../smoke/probes.ts'
import { smoke } from '../smoke/smoke.ts'
import type { Steps } from './delivery.ts'
import { rollOut } from './roll-out.ts'
import { onlyRunningStack, outputOf } from './stack.ts'
import type { Words } from './words.ts'

/** Any key is the administrator's at the local cloud's own address. */
const ANYBODY = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local', AWS_EC2_METADATA_DISABLED: 'true' }

/**
 * The steps of a delivery on a system that `terrace up` runs: everything is replaced by its like, and looked at. There is
 * nothing to deploy, `terrace up` does that, and so nothing to go back to.
 */
export function stepsOfRehearsal(words: Words & { readonly endpointUrl: string }, clock: Clock): Steps {
  const { system, endpointUrl } = words
  Object.assign(process.env, ANYBODY, { AWS_ENDPOINT_URL: endpointUrl })
  const say = (line: string) => console.log(`${system} at ${endpointUrl}: ${line}`)
  const aws = awsCli('us-east-1')
  const look = () => {
    const { name, stack } = onlyRunningStack(aws)
    const ask = askerOf(outputOf(name, stack, 'Url'))
    return smoke({ ask, probes: probesFor(words.expected()), clock, patience: minutes(1), rounds: 3, say })
  }
  return {
    say,
    deploy: async () => true,
    rollOut: () =>
      rollOut({ stack: onlyRunningStack(aws).stack, aws, pause: () => clock.sleep(seconds(1)), say, anew: true }),
    smokeNew: look,
    smokeAny: look,
  }
}
