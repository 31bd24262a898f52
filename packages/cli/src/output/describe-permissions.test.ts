import type { RolePermissions } from '@terrace/control'
import picocolors from 'picocolors'
import { describe, expect, it } from 'vitest'
import { describePermissions } from './describe-permissions.ts'

const colors = picocolors.createColors(false)

const QUEUE = 'arn:aws:sqs:us-east-1:123456789012:orders'

const APP: RolePermissions = {
  node: 'shop/AppRole',
  name: 'app',
  arn: 'arn:aws:iam::123456789012:role/app',
  calls: 15,
  granted: [
    {
      policy: 'Orders',
      statement: '#1',
      action: 'sqs:*',
      resources: ['*'],
      called: [
        { action: 'sqs:SendMessage', count: 3 },
        { action: 'sqs:ReceiveMessage', count: 10 },
      ],
      wide: [{ resource: '*', touched: QUEUE }],
    },
    {
      policy: 'Orders',
      statement: 'Mail',
      action: 'ses:SendEmail',
      resources: ['a', 'b'],
      condition: { StringEquals: { 'ses:FromAddress': 'orders@example.com' } },
      called: [{ action: 'ses:SendEmail', count: 1 }],
      wide: [],
    },
    { policy: 'Core', statement: '#1', action: 'ssm:GetDocument', resources: ['*'], called: [], wide: [] },
    { policy: 'Core', statement: '#1', action: 'ssm:GetManifest', resources: ['*'], called: [], wide: [] },
  ],
  denied: [
    { action: 's3:PutObject', resource: 'arn:aws:s3:::b/*', count: 1, latest: 5, reason: 'no policy allows it' },
  ],
}

describe('terrace permissions', () => {
  it('shows what was denied, what was called, what is wide, and what was never called', () => {
    expect(
      describePermissions([APP, { ...APP, name: 'idle', calls: 0, granted: [], denied: [] }], colors),
    ).toBe(`app  15 calls
  denied 1×  s3:PutObject on arn:aws:s3:::b/*
    no policy allows it
  calls  allowed action                              resources                    by
  13     sqs:*: sqs:SendMessage, sqs:ReceiveMessage  *                            Orders #1
  1      ses:SendEmail                               a and 1 more, on conditions  Orders Mail
  wide  sqs:* on *: touched only ${QUEUE}
  never called  ssm:GetDocument, ssm:GetManifest  Core #1

idle  has called nothing`)
  })

  it('says when there are no roles', () => {
    expect(describePermissions([], colors)).toBe('the template has no roles')
  })
})
