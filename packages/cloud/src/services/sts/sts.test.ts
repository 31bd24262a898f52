import { request } from 'node:http'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { cloudFront, sessionOf, startTestCloud, type TestCloud, testRole } from '../../gateway/testing.ts'
import type { Principal } from '../../identity/principal.ts'
import { sts } from './index.ts'

const role = testRole('app', { Effect: 'Deny', Action: '*', Resource: '*' })

let cloud: TestCloud

beforeAll(async () => {
  cloud = await startTestCloud({ nodes: [role], services: [sts] })
})

afterAll(async () => {
  await cloud.stop()
})

async function call(principal: Principal, action: string): Promise<string> {
  const socketPath = await cloud.gateway.link(principal)
  const headers = {
    host: 'sts.us-east-1.amazonaws.com',
    'content-type': 'application/x-www-form-urlencoded',
    'x-amz-date': '20261122T000000Z',
    authorization: 'AWS4-HMAC-SHA256 Credential=A/20261122/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=0',
  }
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath, method: 'POST', headers, agent: false }, async answer => {
      let body = ''
      for await (const chunk of answer) body += chunk
      resolve(body)
    })
    outgoing.on('error', reject).end(`Action=${action}&Version=2011-06-15`)
  })
}

it('tells a role its session, even one that may do nothing', async () => {
  const body = await call(sessionOf(role), 'GetCallerIdentity')
  expect(body).toMatch(
    /<GetCallerIdentityResponse xmlns="https:\/\/sts\.amazonaws\.com\/doc\/2011-06-15\/"><GetCallerIdentityResult><UserId>AROA[A-Z2-7]{17}:i-0123456789abcdef0<\/UserId><Account>123456789012<\/Account><Arn>arn:aws:sts::123456789012:assumed-role\/app\/i-0123456789abcdef0<\/Arn>/,
  )
})

it('knows no identity of a service, and names what is not emulated', async () => {
  expect(await call(cloudFront('E1'), 'GetCallerIdentity')).toContain('<Code>AccessDenied</Code>')
  expect(await call(sessionOf(role), 'AssumeRole')).toContain('the operation AssumeRole is not emulated')
})
