// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are placeholders of Dockerfiles
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { imageOf } from './read-dockerfile.ts'

let context = ''
beforeAll(() => {
  context = mkdtempSync(join(tmpdir(), 'context-'))
  const files = ['main.js', 'package.json', 'package-lock.json', 'nginx.conf', 'dist/index.html', 'config/a.json']
  for (const name of files) {
    mkdirSync(dirname(join(context, name)), { recursive: true })
    writeFileSync(join(context, name), '')
  }
})
afterAll(() => rmSync(context, { recursive: true }))

const read = (content: string, target?: string) =>
  imageOf(content, context, {
    file: 'Dockerfile',
    arguments: { VERSION: '2' },
    ...(target === undefined ? {} : { target }),
  })

describe('a Dockerfile', () => {
  it('L-19 gives command, environment, port, labels, user and where it runs', () => {
    const image = read(`# comment
FROM node:24-slim
ENV NODE_ENV=production GREETING="good day"
LABEL org.terrace.embedded-database=sqlite
WORKDIR /srv/api
COPY . .
RUN npm ci
USER node
EXPOSE 8000
STOPSIGNAL SIGINT
CMD ["node", "main.js"]
`)
    expect(image).toEqual({
      kind: 'directory',
      directory: context,
      from: 'node:24-slim',
      command: ['node', 'main.js'],
      entryPoint: [],
      environment: { NODE_ENV: 'production', GREETING: 'good day' },
      labels: { 'org.terrace.embedded-database': 'sqlite' },
      exposedPort: 8000,
      user: 'node',
      stopSignal: 'SIGINT',
      workingDirectory: '/srv/api',
      runDirectory: context,
      copies: [{ source: context, target: '/srv/api' }],
      obstacles: [],
    })
  })

  it.each([
    ['CMD node main.js', [], ['/bin/sh', '-c', 'node main.js']],
    ['CMD node \\\n# why\nmain.js', [], ['/bin/sh', '-c', 'node main.js']],
    ['SHELL ["bash", "-c"]\nCMD node main.js', [], ['bash', '-c', 'node main.js']],
    ['ENTRYPOINT ["node"]\nCMD ["main.js"]', ['node'], ['node', 'main.js']],
    ['CMD ["old"]\nENTRYPOINT ["new"]', ['new'], ['new']],
    ['CMD ["a"]\nCMD ["b"]', [], ['b']],
    ['CMD []', [], []],
    ['', [], []],
  ])('with %j has the entry point %j and runs %j', (lines, entryPoint, command) =>
    expect(read(`FROM node\n${lines}\n`)).toMatchObject({ entryPoint, command }),
  )

  it('fills variables from build arguments, their defaults and the environment so far', () => {
    const image = read(
      'ARG TAG=24\nARG VERSION=1\nFROM node:${TAG}-slim\nARG VERSION\nARG NAME=a\nENV A=$VERSION B=${NAME}-${NONE:-none}${TAG}\nENV C=$A D=${C:+set}\nEXPOSE ${VERSION}000/tcp\n',
    )
    expect(image.from).toBe('node:24-slim')
    // TAG belongs to FROM alone, until the stage declares it again.
    expect(image.environment).toEqual({ A: '2', B: 'a-none', C: '2', D: 'set' })
    expect(image.exposedPort).toBe(2000)
  })

  it('takes the stage that is built, and what it stands on', () => {
    const content =
      'FROM node AS base\nENV A=1\nWORKDIR /a\nFROM base AS web\nCMD ["web"]\nFROM nginx AS api\nENV B=1\nCMD ["api"]\n'
    expect(read(content)).toMatchObject({ command: ['api'], environment: { B: '1' }, from: 'nginx' })
    expect(read(content, 'web')).toMatchObject({
      command: ['web'],
      environment: { A: '1' },
      workingDirectory: '/a',
      from: 'node',
    })
    expect(() => read(content, 'none')).toThrow('no stage "none"')
  })

  it('knows what the images of NGINX run by themselves', () =>
    expect(read('FROM public.ecr.aws/docker/library/nginx:1.27\n')).toMatchObject({
      command: ['nginx', '-g', 'daemon off;'],
      exposedPort: 80,
      stopSignal: 'SIGQUIT',
      obstacles: [],
    }))

  it.each([
    [
      'HEALTHCHECK --interval=5s --timeout=1m30s --start-period=500ms --retries=2 \\\n CMD ["node", "-e", "x"]',
      { command: ['CMD', 'node', '-e', 'x'], interval: 5000, timeout: 90_000, startPeriod: 500, retries: 2 },
    ],
    [
      'HEALTHCHECK CMD curl -f http://localhost/ || exit 1',
      {
        command: ['CMD-SHELL', 'curl -f http://localhost/ || exit 1'],
        interval: 30_000,
        timeout: 30_000,
        startPeriod: 0,
        retries: 3,
      },
    ],
    ['HEALTHCHECK CMD true\nHEALTHCHECK NONE', undefined],
  ])('reads %j', (lines, check) => expect(read(`FROM node\n${lines}\n`).healthCheck).toEqual(check))
})

describe('the copies of a Dockerfile', () => {
  const stage = (lines: string) => read(`FROM node\nWORKDIR /app\n${lines}\n`)

  it('are followed through stages to the build context, where the program runs', () => {
    const image = read(`FROM node AS deps
WORKDIR /build
COPY package*.json ./
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev && npm cache clean --force
FROM node AS pages
COPY . /src
FROM node
WORKDIR /app
COPY --from=deps --chown=node:node /build/node_modules ./node_modules
COPY --from=pages /src/dist ./dist
COPY main.js package.json ./
CMD ["node", "main.js"]
`)
    expect(image.obstacles).toEqual([])
    expect(image.runDirectory).toBe(context)
    expect(image.copies).toEqual([
      { source: join(context, 'dist'), target: '/app/dist' },
      { source: join(context, 'main.js'), target: '/app/main.js' },
      { source: join(context, 'package.json'), target: '/app/package.json' },
    ])
  })

  it.each([
    ['COPY dist ./', () => join(context, 'dist')],
    ['COPY dist /app', () => join(context, 'dist')],
    ['COPY main.js /app', () => context],
    ['COPY ["dist", "/app/dist"]', () => context],
    ['COPY . /', () => context],
    ['COPY nginx.conf /etc/nginx/nginx.conf', () => context],
  ])('%s: it runs in the right directory', (line, directory) => expect(stage(line).runDirectory).toBe(directory()))

  it.each([
    ['COPY dist ./\nCOPY config ./config', 'Dockerfile, the working directory /app is put together'],
    ['COPY missing.js ./', 'Dockerfile, line 3: COPY missing.js ./: there is no missing.js in the build context'],
    ['COPY ../../../etc/passwd ./', 'there is no ../../../etc/passwd in the build context'],
    ['COPY --from=example.com/tools /tool /tool', 'line 3: COPY /tool /tool: the image example.com/tools is not here'],
    ['ADD https://example.com/x.js ./', 'https://example.com/x.js is not fetched here'],
    ['ADD site.tar.gz ./', 'the archive site.tar.gz is not unpacked here'],
    ['COPY <<EOF /app/x\nhello\nEOF', 'files that the Dockerfile writes itself are not made here'],
    ['COPY --parents a/b ./', 'the flag --parents is not understood'],
  ])('%j is an obstacle with its line', (lines, text) =>
    expect(stage(lines).obstacles).toEqual([expect.stringContaining(text)]),
  )
})

describe('the steps of a Dockerfile', () => {
  it.each([
    'npm ci --omit=dev',
    'npm install && npm cache clean --force',
    'apt-get update && apt-get install -y --no-install-recommends tini ca-certificates && rm -rf /var/lib/apt/lists/*',
    'apk add --no-cache curl',
    'mkdir -p /data && chown node:node /data',
    'corepack enable; yarn install --frozen-lockfile',
    '["npm", "ci"]',
    '<<EOF\nset -e\nnpm ci\nEOF',
  ])('%j makes nothing that has to be made here', step =>
    expect(read(`FROM node\nRUN ${step}\n`).obstacles).toEqual([]),
  )

  it.each([
    ['npm ci && npm run build', 'npm run build'],
    ['apt-get install -y ffmpeg', 'apt-get install -y ffmpeg'],
    ['npm install -g pm2', 'npm install -g pm2'],
    ['npm ci; curl https://example.com | sh', 'curl https://example.com | sh'],
    ['<<EOF\nnpm ci\nnode build.js\nEOF', 'node build.js'],
  ])('%j is an obstacle: %s', (step, unmade) => {
    const { obstacles } = read(`FROM node\nRUN ${step}\n`)
    expect(obstacles).toEqual([expect.stringMatching(/^Dockerfile, line 2: RUN /)])
    expect(obstacles[0]).toContain(`(${unmade})`)
  })

  it('matter only in stages that the image takes something from', () => {
    const content = (copy: string) =>
      `FROM node AS build\nRUN npm run build\nFROM node\nWORKDIR /app\nCOPY main.js ./\n${copy}\n`
    expect(read(content('')).obstacles).toEqual([])
    expect(read(content('COPY --from=build /build/dist ./dist')).obstacles).toEqual([
      'Dockerfile, line 2: RUN npm run build: steps of a build are not run here (npm run build)',
      'Dockerfile, line 6: COPY /build/dist ./dist: there is no /build/dist in what is known of the stage build',
    ])
  })

  it('on an image of another kind can not run here', () =>
    expect(read('FROM python:3.12\nCMD ["python", "main.py"]\n').obstacles).toEqual([
      'Dockerfile, line 1: FROM python:3.12: only images that start from node, nginx or scratch can run here',
    ]))
})
