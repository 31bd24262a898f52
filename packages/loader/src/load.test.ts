// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are placeholders of templates
import { readFileSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatError, TerraceError } from '@terrace/kit'
import { type Architecture, findNode, nodesOf } from '@terrace/model'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LOAD_ERRORS } from './errors.ts'
import { load } from './load.ts'
import { readYaml } from './read/read-yaml.ts'
import { toPlain } from './read/template-node.ts'
import { targetOf } from './target.ts'

const fixtures = join(import.meta.dirname, '..', 'fixtures')
const fixture = (name: string) => join(fixtures, name)
const loadFile = async (file: string, options = {}) => load(await targetOf(file), options)

async function refusal(action: Promise<unknown>): Promise<TerraceError> {
  const error = await action.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof TerraceError) return error
  throw new Error(`expected a TerraceError, got ${String(error)}`)
}

let directory = ''
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'loader-'))
})
afterAll(() => rm(directory, { recursive: true }))

async function temporary(name: string, content: string | Uint8Array): Promise<string> {
  const file = join(directory, name)
  await writeFile(file, content)
  return file
}

describe('a template that is wrong', async () => {
  for (const name of await readdir(fixture('bad'))) {
    // The first line of each says what to expect: a code, a line, the beginning of the message.
    const [head = ''] = readFileSync(fixture(`bad/${name}`), 'utf8').split('\n')
    const [, code, line, text = ''] = /expect (\w+) (?::(\d+) )?(.*?)(?:",)?$/.exec(head) ?? []
    it(`${name} is refused with one message that has file and line`, async () => {
      const error = await refusal(loadFile(fixture(`bad/${name}`)))
      expect(formatError(error)).toContain(text.replaceAll('\\"', '"'))
      expect(error).toMatchObject({ code, blame: 'input', place: { file: fixture(`bad/${name}`) } })
      if (line) expect(error.place?.line).toBe(Number(line))
      expect(Object.keys(LOAD_ERRORS)).toContain(error.code)
    })
  }

  it('an empty file, a binary file, a missing file and a directory say what they are', async () => {
    const refused = async (path: string) => formatError(await refusal(loadFile(path)))
    expect(await refused(await temporary('empty.yaml', ' \n'))).toContain('the file is empty (LOAD_NOT_A_TEMPLATE)')
    expect(await refused(await temporary('zip.yaml', Uint8Array.of(80, 75, 0, 255)))).toContain('the file is binary')
    expect(await refused(await temporary('latin.yaml', Uint8Array.of(65, 58, 32, 228, 10)))).toContain('binary')
    expect(await refused(join(directory, 'nothing.yaml'))).toContain('no such file or directory (LOAD_NO_TARGET)')
    expect(await refused(directory)).toContain('the directory has no manifest.json (LOAD_NO_TARGET)')
  })

  it('a value for a parameter that no stack has is refused with the nearest name', async () => {
    const error = await refusal(loadFile(fixture('two-tier.yaml'), { parameters: { Enviroment: 'test' } }))
    expect(error.code).toBe('LOAD_UNKNOWN_PARAMETER')
    expect(error.message).toContain('did you mean "Environment"?')
  })
})

describe('a template of two tiers', () => {
  let architecture: Architecture
  const get = (logicalId: string) => architecture.nodes.find(node => node.origin.logicalId === logicalId)
  beforeAll(async () => {
    architecture = await loadFile(fixture('two-tier.yaml'))
  })

  it('has no gaps', () => expect(architecture.gaps).toEqual([]))

  it('L-07 gives subnets their zone, range and routes', () => {
    expect(architecture.zones).toEqual(['us-east-1a', 'us-east-1b'])
    expect(get('PublicB')).toMatchObject({
      cidr: '10.1.1.0/24',
      zone: 'us-east-1b',
      mapPublicIpOnLaunch: true,
      routeTable: 'two-tier/PublicRoutes',
    })
    expect(get('DataA')).not.toHaveProperty('routeTable')
    expect(get('PublicRoutes')).toMatchObject({
      routes: [{ destination: '0.0.0.0/0', target: { kind: 'internetGateway', node: 'two-tier/Gateway' } }],
    })
    expect(get('Vpc')).toMatchObject({ internetGateway: 'two-tier/Gateway', tags: { Name: 'two-tier-vpc' } })
  })

  it('L-08 folds rules of security groups into their groups', () => {
    expect(get('DatabaseGroup')).toMatchObject({
      ingress: [{ protocol: 'tcp', ports: [3306, 3306], peer: { kind: 'securityGroup', node: 'two-tier/WebGroup' } }],
      egress: [{ protocol: 'all', peer: { kind: 'cidr', cidr: '0.0.0.0/0' } }],
    })
    expect(get('WebGroup')).toMatchObject({ ingress: [{ ports: [8080, 8080] }] })
  })

  it('L-11 puts rules of listeners in the order of evaluation, the default last', () => {
    expect(get('Listener')).toMatchObject({
      loadBalancer: 'two-tier/Balancer',
      rules: [
        { priority: 10, action: { kind: 'fixedResponse', status: 200 } },
        { priority: 20, action: { kind: 'redirect', host: 'example.com', path: '/#{path}', status: 302 } },
        { priority: 'default', action: { kind: 'forward', targetGroups: [{ node: 'two-tier/Targets', weight: 1 }] } },
      ],
    })
    expect(get('Targets')).toMatchObject({
      deregistrationDelay: 20_000,
      stickiness: { type: 'lb_cookie', duration: 86_400_000 },
      healthCheck: { path: '/health', interval: 30_000, timeout: 5000, healthyThreshold: 5, unhealthyThreshold: 2 },
    })
    expect(get('Balancer')).toMatchObject({
      name: 'two-tier',
      idleTimeout: 30_000,
      subnets: ['two-tier/PublicA', 'two-tier/PublicB'],
    })
  })

  it('L-12 gives the group the machine of its launch template, with role and workload', () => {
    const group = get('Group')
    const database = get('Database')
    if (group?.kind !== 'autoScalingGroup' || database?.kind !== 'dbInstance') throw new Error('not there')
    expect(group).toMatchObject({
      minSize: 2,
      maxSize: 6,
      desiredCapacity: 2,
      healthChecks: { elb: true, gracePeriod: 60_000 },
    })
    expect(group.machine).toMatchObject({ instanceType: 't3.micro', role: 'two-tier/WebRole', imdsv2Required: true })
    expect(group.machine.imageId).toMatch(/^ami-[0-9a-f]{17}$/)
    expect(group.machine.userData).toContain('echo ${HOME}\n')
    expect(group.machine.workload).toEqual({
      processes: [
        {
          kind: 'image',
          name: 'web',
          image: { kind: 'remote', uri: 'registry.example.com/web:1' },
          port: 8080,
          environment: { DATABASE_HOST: database.endpoint },
          secrets: {},
          files: [],
          restart: 'always',
        },
      ],
    })
    expect(get('WebRole')).toMatchObject({ policies: [{ name: 'read-files' }] })
  })

  it('L-09 reads the database, its subnets and what happens to it at the end', () => {
    expect(get('Database')).toMatchObject({
      engine: 'mysql',
      engineVersion: '8.4.5',
      storageGiB: 20,
      multiAz: false,
      port: 3306,
      subnets: ['two-tier/DataA', 'two-tier/DataB'],
      origin: { deletionPolicy: 'Snapshot' },
    })
  })

  it('shows no value of a NoEcho parameter', () => {
    expect(architecture.stacks[0]?.parameters).toMatchObject({ DatabasePassword: '****', Environment: 'test' })
  })

  it('keeps the line of every node', () => {
    const text = readFileSync(fixture('two-tier.yaml'), 'utf8').split('\n')
    for (const { origin } of architecture.nodes)
      expect(text[(origin.place.line ?? 0) - 1]).toContain(`${origin.logicalId}:`)
  })

  it('says what each node needs, through what is folded', () => {
    const needs = (from: string) =>
      architecture.dependencies.filter(edge => edge.from === `two-tier/${from}`).map(edge => edge.to.slice(9))
    expect(needs('Balancer')).toEqual(expect.arrayContaining(['PublicA', 'PublicB', 'BalancerGroup', 'Gateway', 'Vpc']))
    expect(needs('Template')).toEqual(expect.arrayContaining(['WebGroup', 'WebRole', 'Database']))
    expect(needs('Group')).toContain('Template')
  })

  it('follows conditions and other parameters', async () => {
    const production = await loadFile(fixture('two-tier.yaml'), { parameters: { Environment: 'production' } })
    expect(nodesOf(production, 'dbInstance')[0]?.multiAz).toBe(true)
    expect(nodesOf(production, 'autoScalingGroup')[0]?.minSize).toBe(4)
    expect(production.gaps).toEqual([])
    expect(nodesOf(production, 'alarm')).toMatchObject([{ id: 'two-tier/HighLoad', alarm: { threshold: 80 } }])
    expect(production.stacks[0]?.outputs.map(output => output.name)).toEqual(['Url', 'Alarm'])
  })

  it('L-14 ends public names where the options say', async () => {
    const publicNames = { loadBalancer: 'elb.localhost', distribution: 'cloudfront.localhost' }
    const local = await loadFile(fixture('two-tier.yaml'), { publicNames })
    expect(local.stacks[0]?.outputs[0]?.value).toMatch(/^http:\/\/two-tier-\d{9}\.us-east-1\.elb\.localhost$/)
    expect(architecture.stacks[0]?.outputs[0]?.value).toMatch(
      /^http:\/\/two-tier-\d{9}\.us-east-1\.elb\.amazonaws\.com$/,
    )
  })
})

describe('a template of three tiers in the older spellings', () => {
  let architecture: Architecture
  const get = (logicalId: string) => architecture.nodes.find(node => node.origin.logicalId === logicalId)
  beforeAll(async () => {
    architecture = await loadFile(fixture('classic.yaml'))
  })

  it('lists exactly what is not understood, with path and line', () => {
    const gaps = architecture.gaps.map(({ kind, path, place }) => `${kind} ${path}:${place.line}`)
    expect(gaps).toEqual(['property Resources.Peered.Properties.VpcPeeringConnectionId:36'])
  })

  it('L-12 takes the machine from a launch configuration', () => {
    expect(get('Group')).toMatchObject({
      machine: { instanceType: 't2.small', userData: 'echo hello', securityGroups: ['classic/AppGroup'] },
      desiredCapacity: 2,
      groupMetrics: ['GroupInServiceInstances'],
      defaultCooldown: 120_000,
      creation: { signals: 2, timeout: 600_000 },
    })
  })

  it('puts entries of network ACLs in the order of evaluation', () => {
    expect(get('Acl')).toMatchObject({
      ingress: [
        { number: 100, action: 'allow', protocol: 'tcp', ports: [80, 80] },
        { number: 200, action: 'deny', protocol: 'all' },
      ],
      egress: [{ number: 100 }],
    })
    expect(get('PrivateA')).toMatchObject({ networkAcl: 'classic/Acl', routeTable: 'classic/PrivateRoutes' })
  })

  it('L-08 lets a standalone egress rule take the place of the default one', () => {
    expect(get('AppGroup')).toMatchObject({ egress: [{ protocol: 'tcp', ports: [443, 443] }] })
  })

  it('L-07 makes a route that leads out of the template a black hole and says so', () => {
    expect(get('PrivateRoutes')).toMatchObject({
      routes: [
        { destination: '0.0.0.0/0', target: { kind: 'natGateway', node: 'classic/Nat' } },
        { destination: '10.9.0.0/16', target: { kind: 'blackhole' } },
      ],
    })
    expect(get('Nat')).toMatchObject({ elasticIp: 'classic/Address' })
  })

  it('L-09 keeps dynamic references as text and attaches the secret to its database', () => {
    const secret = get('Password')
    expect(secret).toMatchObject({ attachedTo: 'classic/Database', name: 'database' })
    expect(get('Database')).toMatchObject({
      identifier: 'shop',
      engine: 'postgres',
      port: 5432,
      parameterGroup: 'classic/Parameters',
      masterPassword: `{{resolve:secretsmanager:${secret?.physicalId}:SecretString:password}}`,
    })
    expect(get('Parameters')).toMatchObject({ parameters: { max_connections: '200' } })
    expect(get('Reader')).toMatchObject({ value: secret?.physicalId })
  })

  it('L-16 turns forwarded values into a cache policy', () => {
    expect(get('Cdn')).toMatchObject({
      defaultRootObject: 'index.html',
      origins: [{ target: { kind: 's3', accessControl: 'oai' } }],
      behaviors: [
        {
          pattern: '*',
          cache: {
            defaultTtl: 60_000,
            headers: { kind: 'whitelist', names: ['Origin'] },
            cookies: { kind: 'whitelist', names: ['session'] },
            queryStrings: { kind: 'all' },
            gzip: true,
          },
        },
      ],
    })
  })

  it('L-14 makes a record set of each entry of a group', () => {
    expect(nodesOf(architecture, 'recordSet')).toMatchObject([
      { id: 'classic/Records/1', name: 'example.com', zone: 'classic/Zone', target: { kind: 'alias' } },
      { id: 'classic/Records/2', name: 'mail.example.com', target: { kind: 'values', ttl: 60_000 } },
    ])
    expect(findNode(architecture, 'classic/Site', 'bucket')?.policy?.Statement).toHaveLength(1)
  })
})

describe('every template', () => {
  it.each(['two-tier.yaml', 'classic.yaml'])('gives the same model written as JSON: %s', async name => {
    const plain = toPlain(readYaml(await readFile(fixture(name), 'utf8'), name) ?? raise())
    const file = await temporary(name.replace('.yaml', '.json'), JSON.stringify(plain, null, 1))
    const withoutPlaces = (architecture: Architecture) =>
      JSON.parse(JSON.stringify(architecture, (key, value) => (key === 'place' ? undefined : value)))
    expect(withoutPlaces(await loadFile(file))).toEqual(withoutPlaces(await loadFile(fixture(name))))
  })

  it('gives the same model every time', async () => {
    expect(await loadFile(fixture('classic.yaml'))).toEqual(await loadFile(fixture('classic.yaml')))
  })

  it('keeps what it cannot model as it is, and lists references to it', async () => {
    const file = await temporary(
      'outside.yaml',
      'Resources:\n  Group:\n    Type: AWS::EC2::SecurityGroup\n    Properties:\n      GroupDescription: x\n      VpcId: vpc-0123456789abcdef0\n',
    )
    const { nodes, gaps } = await loadFile(file)
    expect(nodes).toMatchObject([{ kind: 'other', properties: { VpcId: 'vpc-0123456789abcdef0' } }])
    expect(gaps).toMatchObject([{ kind: 'resourceType', path: 'Resources.Group.Properties.VpcId', place: { line: 6 } }])
  })

  it('gives an attribute that only AWS knows a marker and a gap', async () => {
    const file = await temporary(
      'unknown.yaml',
      'Resources:\n  Thing: { Type: Acme::Thing }\n  Note:\n    Type: AWS::SSM::Parameter\n    Properties:\n      Type: String\n      Value: !GetAtt Thing.Colour\n',
    )
    const { nodes, gaps } = await loadFile(file)
    expect(nodes[1]).toMatchObject({ kind: 'parameter', value: '<unknown:Thing.Colour>' })
    expect(gaps).toMatchObject([
      { kind: 'resourceType', path: 'Resources.Thing' },
      { kind: 'value', path: 'Resources.Note', place: { line: 7 } },
    ])
    expect(nodes[0]?.physicalId).toMatch(/^unknown-Thing-[A-Z0-9]{12}$/)
  })

  it('refuses a service that says nothing of Fargate, since AWS would look for EC2 instances', async () => {
    const content = (await readFile(fixture('containers.yaml'), 'utf8')).replace(/ {2}Providers:\n(?: {4}.*\n)+/, '')
    const { nodes, gaps } = await loadFile(await temporary('no-providers.yaml', content))
    expect(nodes.filter(({ kind }) => kind === 'ecsService').map(({ origin }) => origin.logicalId)).toEqual(['Plain'])
    expect(gaps).toContainEqual(
      expect.objectContaining({ node: 'no-providers/Service', message: expect.stringContaining('neither LaunchType') }),
    )
  })

  it('says that dynamic references are not resolved in user data', async () => {
    const file = await temporary(
      'user-data.yaml',
      "Resources:\n  T:\n    Type: AWS::EC2::LaunchTemplate\n    Properties:\n      LaunchTemplateData:\n        UserData: !Base64 'x {{resolve:ssm:/a}}'\n",
    )
    const { gaps } = await loadFile(file)
    expect(gaps).toMatchObject([{ kind: 'value', path: 'Resources.T.Properties.LaunchTemplateData.UserData' }])
  })

  it('of 150 KB is read in less than 300 ms of a processor', async () => {
    const bucket = {
      Type: 'AWS::S3::Bucket',
      Properties: { Tags: [{ Key: 'Name', Value: { 'Fn::Sub': '${AWS::StackName}-x' } }] },
    }
    const resources = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`Bucket${index}`, bucket]))
    const json = JSON.stringify({ Resources: resources }, null, 2)
    expect(json.length).toBeGreaterThan(120_000)
    const file = await temporary('large.json', json)
    // Not by the clock: the machine may have other things to do.
    const before = process.threadCpuUsage()
    expect((await loadFile(file)).nodes).toHaveLength(500)
    const { user, system } = process.threadCpuUsage(before)
    expect((user + system) / 1000).toBeLessThan(300)
  })
})

describe('a cloud assembly', () => {
  let architecture: Architecture
  const get = (logicalId: string) => architecture.nodes.find(node => node.origin.logicalId === logicalId)
  beforeAll(async () => {
    architecture = await loadFile(fixture('assembly'))
  })

  it('is loaded without gaps, its native custom resources included', () => {
    expect(architecture.gaps).toEqual([])
    expect(architecture.nodes.map(({ kind }) => kind)).not.toContain('other')
  })

  it('brings stacks into the order of their imports, in the region of the assembly', () => {
    expect(architecture.stacks.map(({ name }) => name)).toEqual(['network', 'app'])
    expect(architecture).toMatchObject({ name: 'network', region: 'eu-west-1', zones: ['eu-west-1a'] })
    expect(get('Group')).toMatchObject({ vpc: 'network/VpcA1B2C3D4' })
    expect(architecture.dependencies).toContainEqual({ from: 'app/Server', to: 'network/SubnetE5F60718' })
  })

  it('keeps construct paths, from the tree or from the metadata', () => {
    expect(get('VpcA1B2C3D4')?.origin.constructPath).toBe('network/Vpc/Resource')
    expect(get('Server')?.origin.constructPath).toBe('app/Server/Resource')
  })

  it('L-12 finds the directory of an image and reads its Dockerfile', () => {
    const server = get('Server')
    if (server?.kind !== 'instance') throw new Error('not there')
    expect(server.machine.workload?.processes).toMatchObject([
      {
        name: 'api',
        port: 8000,
        environment: { SITE: get('Site')?.physicalId },
        image: {
          kind: 'directory',
          directory: fixture('assembly/asset.image'),
          command: ['node', 'main.js', '--port', '8000'],
          environment: { NODE_ENV: 'production', PORT: '8000' },
          exposedPort: 8000,
          labels: { 'org.example.kind': 'api' },
        },
      },
    ])
  })

  it('L-15 makes a node of a bucket deployment, with encoded markers', () => {
    expect(get('Deploy')).toMatchObject({
      kind: 'bucketDeployment',
      destination: 'app/Site',
      sources: [{ path: fixture('assembly/asset.site'), markers: { '<<marker:0>>': 'good \\"day\\"' } }],
      metadata: { 'cache-control': 'no-cache', 'x-amz-meta-author': 'nobody' },
      prune: true,
      extract: true,
    })
  })

  it('that is broken says which file', async () => {
    const file = await temporary('manifest.json', '{ "version": 3 }')
    const error = await refusal(loadFile(file))
    expect(error).toMatchObject({ code: 'LOAD_BAD_ASSEMBLY', place: { file } })
  })
})

function raise(): never {
  throw new Error('the fixture is empty')
}
