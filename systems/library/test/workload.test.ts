import { MAX_USER_DATA_BYTES } from '@terrace/constructs'
import { documentIn, only, resolveText } from '@terrace/constructs/testing'
import { describe, expect, it } from 'vitest'
import { synthesize } from './support.ts'

describe('the user data of the application tier', () => {
  const { template } = synthesize({ entry: 'cdn' })
  const { LaunchTemplateData } = only(template, 'AWS::EC2::LaunchTemplate')
  const raw = (LaunchTemplateData as { readonly UserData: unknown }).UserData
  const userData = resolveText(raw, { DomainName: 'library.example.com', PublicPortSuffix: ':4430' })

  it('L-12: starts the API on port 8000 with the database’s settings and a reference to its secret', () => {
    const { processes } = documentIn(userData)
    expect(processes).toEqual({
      api: {
        image: expect.stringMatching(/^<AWS::AccountId>\.dkr\.ecr\.us-east-1\..*:[0-9a-f]{64}$/),
        port: 8000,
        environment: {
          DATABASE_HOST: expect.stringMatching(/^<DatabaseInstance.*\.Endpoint\.Address>$/),
          DATABASE_NAME: 'mydb',
          ALLOWED_ORIGINS: expect.any(String),
        },
        secrets: { DATABASE_SECRET: expect.stringMatching(/^<DatabaseInstanceSecret/) },
        restart: 'always',
      },
    })
  })

  it("L-17: allows the site's two origins only: the apex and the distribution's own name", () => {
    const api = documentIn(userData).processes.api
    const origins = /^https:\/\/library\.example\.com:4430,https:\/\/<SiteCdnDistribution[^,]*\.DomainName>:4430$/
    expect(api).toMatchObject({ environment: { ALLOWED_ORIGINS: expect.stringMatching(origins) } })
  })

  it('L-12: has no password in it, and room to spare', () => {
    expect(userData).not.toContain('resolve:secretsmanager')
    expect(Buffer.byteLength(userData)).toBeLessThan(MAX_USER_DATA_BYTES * 0.75)
  })
})
