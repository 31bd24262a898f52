import {
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import type { DbInstance } from '@terrace/model'
import { expect, it } from 'vitest'
import { clientOptions, failureOf, startTestCloud } from '../../gateway/testing.ts'
import { testNode } from '../../testing/architecture.ts'
import { kms } from '../kms/index.ts'
import { secretsmanager } from './index.ts'

const ARN = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-0a1b2c3d-AbCdEf'

it('RDS keeps the master password of a database in a secret with user name and password alone', async () => {
  const database = testNode('dbInstance', 'db', {
    ...({ identifier: 'library-db', arn: 'arn:aws:rds:us-east-1:123456789012:db:library-db' } as DbInstance),
    masterUsername: 'admin',
    managedSecretArn: ARN,
  })
  await using cloud = await startTestCloud({ nodes: [database], services: [kms, secretsmanager] })
  const client = new SecretsManagerClient(clientOptions(cloud.gateway.url))
  const { Name, SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId: ARN }))
  expect(Name).toBe('rds!db-0a1b2c3d')
  const value = JSON.parse(SecretString)
  expect(Object.keys(value).sort()).toEqual(['password', 'username'])
  expect(value.username).toBe('admin')
  expect(value.password).toMatch(/^[^/'"@ ]{28}$/)
  expect((await client.send(new DescribeSecretCommand({ SecretId: ARN }))).OwningService).toBe('rds')
  for (const how of [{}, { ForceDeleteWithoutRecovery: true }]) {
    const deleted = client.send(new DeleteSecretCommand({ SecretId: ARN, ...how }))
    expect(await failureOf(deleted)).toMatchObject({ name: 'InvalidRequestException' })
  }
})
