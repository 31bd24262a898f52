import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { readConfig, secret, wholeNumberVariable } from './config.ts'
import { type DatabaseConfig, databaseConfig, databaseVariables } from './database-config.ts'
import { serverVariables } from './server-config.ts'

describe('readConfig', () => {
  it('reports every problem at once, with the value received', () => {
    const variables = { PORT: wholeNumberVariable(1, 10, 5), NAME: z.string('expected a name') }
    expect(() => readConfig(variables, { PORT: '1e1' })).toThrow(
      'the environment is not usable:\n' +
        '  PORT: expected a whole number from 1 to 10, got "1e1"\n' +
        '  NAME: expected a name, but it is not set',
    )
  })

  it('never shows the value of a secret', () => {
    const variables = { TOKEN: secret(z.string().min(20, 'expected 20 characters')) }
    expect(() => readConfig(variables, { TOKEN: 'hunter2' })).toThrow(
      'TOKEN: expected 20 characters (its value is not shown)',
    )
  })

  it('treats an empty variable as one that is not set', () => {
    expect(readConfig({ PORT: wholeNumberVariable(1, 10, 5) }, { PORT: '' })).toEqual({ PORT: 5 })
  })

  it('takes origins as people write them, and nothing that is none', () => {
    const origins = (ALLOWED_ORIGINS: string) => readConfig(serverVariables(), { ALLOWED_ORIGINS }).ALLOWED_ORIGINS
    expect(origins('https://example.com, http://localhost:5173/ ,https://a.example:443')).toEqual([
      'https://example.com',
      'http://localhost:5173',
      'https://a.example',
    ])
    for (const wrong of ['*', 'example.com', 'https://example.com/path', 'null'])
      expect(() => origins(wrong)).toThrow('expected origins such as https://example.com')
  })
})

describe('databaseConfig', () => {
  const config = (environment: Record<string, string>): DatabaseConfig =>
    databaseConfig(readConfig(databaseVariables, environment))

  it('puts a MySQL server together from host and secret', () => {
    const DATABASE_SECRET = '{"username":"admin","password":"p:/@","engine":"mysql","host":"elsewhere"}'
    expect(config({ DATABASE_HOST: 'db.example.com', DATABASE_SECRET })).toEqual({
      kind: 'mysql',
      address: { host: 'db.example.com', port: 3306 },
      database: 'mydb',
      user: 'admin',
      password: 'p:/@',
      tls: false,
    })
  })

  it('takes name and password by themselves, and shows no password when the name is missing', () => {
    const DATABASE_HOST = 'db.example.com'
    expect(config({ DATABASE_HOST, DATABASE_USERNAME: 'shop', DATABASE_PASSWORD: 'p:/@' })).toMatchObject({
      user: 'shop',
      password: 'p:/@',
    })
    const incomplete = () => config({ DATABASE_HOST, DATABASE_PASSWORD: 'hunter2' })
    expect(incomplete).toThrow('DATABASE_USERNAME and DATABASE_PASSWORD')
    expect(incomplete).not.toThrow('hunter2')
  })

  it('prefers DATABASE_URL, and reads MySQL and SQLite from it', () => {
    expect(config({ DATABASE_URL: 'sqlite:/var/data/library.sqlite', DATABASE_HOST: 'ignored' })).toEqual({
      kind: 'sqlite',
      file: '/var/data/library.sqlite',
    })
    expect(config({ DATABASE_URL: 'mysql://me:p%40ss@db.example.com:3307/books?tls=rds' })).toEqual({
      kind: 'mysql',
      address: { host: 'db.example.com', port: 3307 },
      database: 'books',
      user: 'me',
      password: 'p@ss',
      tls: true,
    })
    expect(config({ DATABASE_URL: 'mysql://root@localhost/books?socketPath=/tmp/s' })).toMatchObject({
      address: { socketPath: '/tmp/s' },
    })
  })

  it('reads PostgreSQL from DATABASE_URL, and takes DATABASE_HOST for one where the service says so', () => {
    expect(config({ DATABASE_URL: 'postgres://me:p%40ss@db.example.com/quiz?tls=rds' })).toEqual({
      kind: 'postgres',
      address: { host: 'db.example.com', port: 5432 },
      database: 'quiz',
      user: 'me',
      password: 'p@ss',
      tls: true,
    })
    const environment = { DATABASE_HOST: '127.0.0.1', DATABASE_USERNAME: 'quiz', DATABASE_PASSWORD: 'p' }
    const postgres = { kind: 'postgres', port: 5432, database: 'quiz' } as const
    expect(databaseConfig(readConfig(databaseVariables, environment), postgres)).toMatchObject({
      kind: 'postgres',
      address: { host: '127.0.0.1', port: 5432 },
      database: 'quiz',
    })
  })

  it('says what is missing or wrong without repeating it', () => {
    expect(() => config({})).toThrow(/DATABASE_HOST: [\s\S]*DATABASE_SECRET: /)
    for (const DATABASE_URL of ['sqlite:relative.sqlite', 'oracle://me:hidden@x/y', 'mysql://x/', 'nonsense hidden'])
      expect(() => config({ DATABASE_URL })).toThrow(
        'DATABASE_URL: expected mysql://user:password@host:port/database, the same with postgres://, or sqlite:/absolute/file (its value is not shown)',
      )
  })
})
