// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are placeholders of templates
import { describe, expect, it } from 'vitest'
import { runSettings } from './dockerfile.ts'

const read = (content: string, target?: string) =>
  runSettings(content, { file: 'Dockerfile', arguments: { VERSION: '2' }, ...(target === undefined ? {} : { target }) })

describe('a Dockerfile', () => {
  it('L-19 gives command, environment, port and labels', () => {
    const settings = read(`# comment
FROM node:24-slim
ENV NODE_ENV=production GREETING="good day"
LABEL org.terrace.embedded-database=sqlite
COPY . .
RUN npm ci
EXPOSE 8000
CMD ["node", "main.js"]
`)
    expect(settings).toEqual({
      command: ['node', 'main.js'],
      environment: { NODE_ENV: 'production', GREETING: 'good day' },
      labels: { 'org.terrace.embedded-database': 'sqlite' },
      exposedPort: 8000,
    })
  })

  it.each([
    ['CMD node main.js', ['/bin/sh', '-c', 'node main.js']],
    ['ENTRYPOINT ["node"]\nCMD ["main.js"]', ['node', 'main.js']],
    ['CMD ["old"]\nENTRYPOINT ["new"]', ['new']],
    ['CMD ["a"]\nCMD ["b"]', ['b']],
    ['CMD []', []],
    ['', []],
  ])('with %j runs %j', (lines, command) => expect(read(`FROM x\n${lines}\n`).command).toEqual(command))

  it('fills variables from build arguments and the environment so far', () => {
    const settings = read(
      'FROM x\nARG VERSION=1\nARG NAME=a\nENV A=$VERSION B=${NAME}-${NONE:-none}\nENV C=$A\nEXPOSE ${VERSION}000/tcp\n',
    )
    expect(settings.environment).toEqual({ A: '2', B: 'a-none', C: '2' })
    expect(settings.exposedPort).toBe(2000)
  })

  it('takes the stage that is built, and what it stands on', () => {
    const content = 'FROM x AS base\nENV A=1\nFROM base AS web\nCMD ["web"]\nFROM y AS api\nENV B=1\nCMD ["api"]\n'
    expect(read(content)).toMatchObject({ command: ['api'], environment: { B: '1' } })
    expect(read(content, 'web')).toMatchObject({ command: ['web'], environment: { A: '1' } })
  })
})
