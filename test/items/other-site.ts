import { cpSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Architecture, type ArchitectureNode, type BucketDeployment, nodesOf } from '@terrace/model'

/**
 * The same system with another release of its site, as a build of other sources makes one: its page asks for parts of other
 * names.
 *
 * @param folder  an empty one, for the files of that release
 * @param release  its name, in place of the hash that a real one has
 */
export function withOtherSite(architecture: Architecture, folder: string, release: string): Architecture {
  const group = nodesOf(architecture, 'autoScalingGroup')[0]
  const files = group?.machine.workload?.processes.flatMap(process => process.files) ?? []
  const [, now = ''] = files.map(({ source }) => /\/releases\/([^/]+)\/$/.exec(source)).find(Boolean) ?? []
  const source = nodesOf(architecture, 'bucketDeployment').find(isRelease)?.sources[0]
  if (now === '' || !source) throw new Error('the items have no release of a site')

  cpSync(source.path, folder, { recursive: true })
  const site = join(folder, 'releases', release)
  renameSync(join(folder, 'releases', now), site)
  renameParts(site, release)
  rmSync(join(folder, 'assets'), { recursive: true, force: true })
  cpSync(join(site, 'assets'), join(folder, 'assets'), { recursive: true })

  const other = JSON.parse(JSON.stringify(architecture).replaceAll(`releases/${now}/`, `releases/${release}/`))
  const nodes = (other as Architecture).nodes.map((node): ArchitectureNode => {
    if (node.kind !== 'bucketDeployment' || !(isRelease(node) || isAssets(node))) return node
    return { ...node, sources: [{ ...source, path: folder }] }
  })
  return { ...other, nodes }
}

const isRelease = ({ id }: BucketDeployment): boolean => id.includes('/FrontendSiteContentCustomResource')

const isAssets = ({ id }: BucketDeployment): boolean => id.includes('/FrontendSiteContentassets')

/** Gives each part another name in place of its hash, also where pages and parts name it. */
function renameParts(site: string, release: string): void {
  const assets = join(site, 'assets')
  const names = readdirSync(assets)
  const other = (name: string) => `part-${names.indexOf(name)}-${release}${/\.\w+$/.exec(name)?.[0] ?? ''}`
  for (const name of names) renameSync(join(assets, name), join(assets, other(name)))
  for (const file of [join(site, 'index.html'), ...names.map(name => join(assets, other(name)))]) {
    const text = names.reduce((all, name) => all.replaceAll(name, other(name)), readFileSync(file, 'utf8'))
    writeFileSync(file, text)
  }
}
