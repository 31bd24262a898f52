import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager'
import { CURRENT, PENDING, type SecretStore } from './rotate.ts'

/** A secret of Secrets Manager. @param secretId its name or ARN */
export const secretStore = (client: SecretsManagerClient, secretId: string): SecretStore => ({
  async stages() {
    const { VersionIdsToStages = {} } = await client.send(new DescribeSecretCommand({ SecretId: secretId }))
    return VersionIdsToStages
  },
  async read(version) {
    try {
      const request = new GetSecretValueCommand({ SecretId: secretId, VersionId: version })
      return (await client.send(request)).SecretString
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined
      throw error
    }
  },
  async putPending(version, text) {
    await client.send(
      new PutSecretValueCommand({
        SecretId: secretId,
        ClientRequestToken: version,
        SecretString: text,
        VersionStages: [PENDING],
      }),
    )
  },
  async makeCurrent(version, before) {
    await client.send(
      new UpdateSecretVersionStageCommand({
        SecretId: secretId,
        VersionStage: CURRENT,
        MoveToVersionId: version,
        ...(before !== undefined && { RemoveFromVersionId: before }),
      }),
    )
  },
})
