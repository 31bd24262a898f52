import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { newKey } from './key.ts'
import { type RotationEvent, rotate } from './rotate.ts'
import { secretStore } from './secret-store.ts'

const client = new SecretsManagerClient()

/** What Lambda calls: one step of a rotation of the key that signs cursors. */
export async function handler(event: RotationEvent): Promise<void> {
  await rotate(event, secretStore(client, event.SecretId), newKey)
  console.log(
    JSON.stringify({ level: 'info', msg: 'rotation step', step: event.Step, version: event.ClientRequestToken }),
  )
}
