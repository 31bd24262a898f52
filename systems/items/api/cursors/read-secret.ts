import { GetSecretValueCommand, ResourceNotFoundException, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { tracedAws } from '@terrace/service/plain'
import { TIMEOUTS } from '../data/client.ts'
import type { ReadKeys } from './rotating-keys.ts'

/** Shorter keys could be guessed. */
const SHORTEST_KEY = 16

/**
 * Reads the current and the previous text of a secret, with the role of this process.
 *
 * @param id  ARN or name
 */
export function secretReader(id: string): { readonly read: ReadKeys; close(): void } {
  const client = tracedAws(new SecretsManagerClient({ maxAttempts: 2, requestHandler: TIMEOUTS }))
  const stage = async (VersionStage: string): Promise<string> => {
    const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId: id, VersionStage }))
    if (SecretString.length < SHORTEST_KEY)
      throw new Error(`the ${VersionStage} of ${id} has less than ${SHORTEST_KEY} characters of text`)
    return SecretString
  }
  return {
    async read() {
      const [current, previous] = await Promise.all([stage('AWSCURRENT'), stage('AWSPREVIOUS').catch(neverRotated)])
      return previous === undefined || previous === current ? [current] : [current, previous]
    },
    close: () => client.destroy(),
  }
}

// A secret without a previous version answers as one that isn't there.
function neverRotated(error: unknown): undefined {
  if (!(error instanceof ResourceNotFoundException)) throw error
}
