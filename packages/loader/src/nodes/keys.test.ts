import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nodesOf } from '@terrace/model'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { load } from '../load.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'terrace-keys-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

async function read(resources: object) {
  const file = join(folder, 'template.json')
  writeFileSync(file, JSON.stringify({ Resources: resources }))
  return await load({ kind: 'template', file })
}

const KEY = { Type: 'AWS::KMS::Key', Properties: { Description: 'orders', EnableKeyRotation: true } }

describe('keys of a template', () => {
  it('have what AWS gives them where the template says nothing, and the names that others know them by', async () => {
    const architecture = await read({
      Key: KEY,
      Alias: { Type: 'AWS::KMS::Alias', Properties: { AliasName: 'alias/orders', TargetKeyId: { Ref: 'Key' } } },
      Other: {
        Type: 'AWS::KMS::Alias',
        Properties: { AliasName: 'alias/more', TargetKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] } },
      },
    })
    const [key] = nodesOf(architecture, 'kmsKey')
    expect(key).toMatchObject({
      keyId: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      arn: `arn:aws:kms:us-east-1:123456789012:key/${key?.keyId}`,
      description: 'orders',
      spec: 'SYMMETRIC_DEFAULT',
      usage: 'ENCRYPT_DECRYPT',
      enabled: true,
      rotationPeriodDays: 365,
    })
    expect(nodesOf(architecture, 'kmsAlias').map(({ name, key: of }) => [name, of])).toEqual([
      ['alias/orders', key?.id],
      ['alias/more', key?.id],
    ])
  })

  it.each<[string, object, string]>([
    ['usage', { KeySpec: 'RSA_2048', KeyUsage: 'GENERATE_VERIFY_MAC' }, 'ENCRYPT_DECRYPT or SIGN_VERIFY'],
    ['usage that is missing', { KeySpec: 'HMAC_256' }, 'GENERATE_VERIFY_MAC'],
    [
      'rotation',
      { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY', EnableKeyRotation: true },
      'which AWS does not rotate',
    ],
    ['period', { EnableKeyRotation: true, RotationPeriodInDays: 30 }, 'from 90 to 2560'],
  ])('are refused with a %s that does not fit', async (_, Properties, message) => {
    await expect(read({ Key: { Type: 'AWS::KMS::Key', Properties } })).rejects.toMatchObject({
      code: 'LOAD_BAD_PROPERTY',
      message: expect.stringContaining(message),
    })
  })

  it.each(['orders', 'alias/aws/orders'])('are refused with the alias %s', async AliasName => {
    const Alias = { Type: 'AWS::KMS::Alias', Properties: { AliasName, TargetKeyId: { Ref: 'Key' } } }
    await expect(read({ Key: KEY, Alias })).rejects.toMatchObject({ code: 'LOAD_BAD_PROPERTY' })
  })

  it('that need what is not here are listed as not modelled', async () => {
    const { gaps } = await read({ Key: { Type: 'AWS::KMS::Key', Properties: { Origin: 'EXTERNAL' } } })
    expect(gaps.map(({ message }) => message)).toEqual([expect.stringContaining('would have to be imported')])
  })
})

describe('secrets of a template', () => {
  it('have their key, their policy and how they are rotated', async () => {
    const RotationLambdaARN = 'arn:aws:lambda:us-east-1:123456789012:function:rotate'
    const Statement = { Effect: 'Deny', Principal: '*', Action: 'secretsmanager:DeleteSecret', Resource: '*' }
    const architecture = await read({
      Key: KEY,
      Secret: { Type: 'AWS::SecretsManager::Secret', Properties: { SecretString: 'x', KmsKeyId: { Ref: 'Key' } } },
      Policy: {
        Type: 'AWS::SecretsManager::ResourcePolicy',
        Properties: { SecretId: { Ref: 'Secret' }, ResourcePolicy: { Version: '2012-10-17', Statement } },
      },
      Rotation: {
        Type: 'AWS::SecretsManager::RotationSchedule',
        Properties: {
          SecretId: { Ref: 'Secret' },
          RotationLambdaARN,
          RotationRules: { ScheduleExpression: 'rate(10 days)', Duration: '3h' },
        },
      },
    })
    expect(nodesOf(architecture, 'secret')).toMatchObject([
      {
        kmsKeyId: nodesOf(architecture, 'kmsKey')[0]?.keyId,
        policy: { Version: '2012-10-17', Statement: [Statement] },
        rotation: {
          functionArn: RotationLambdaARN,
          rules: { expression: 'rate(10 days)', windowHours: 3 },
          immediately: true,
        },
      },
    ])
  })
})
