import type { Clock, Instant } from '@terrace/kit'
import { type Architecture, type ContainerImage, type NodeId, nodesOf, type TaskDefinition } from '@terrace/model'
import { isSame } from '../../../update/node-update.ts'
import { ClientException } from '../errors.ts'
import { type Names, shortName } from '../names.ts'

/** What a revision says: the part of a task definition that never changes. */
export type TaskSpec = Pick<
  TaskDefinition,
  'architecture' | 'containers' | 'cpu' | 'executionRole' | 'memory' | 'taskRole'
>

/** One revision of a family. */
export interface Revision extends TaskSpec {
  readonly family: string
  readonly revision: number
  readonly arn: string
  status: 'ACTIVE' | 'INACTIVE' | 'DELETE_IN_PROGRESS'
  readonly registeredAt: Instant
  deregisteredAt?: Instant
  readonly tags: Map<string, string>
}

/** All task definitions: those of the template, and those registered since. */
export class TaskDefinitions {
  readonly #clock: Clock
  readonly #names: Names
  readonly #families = new Map<string, Revision[]>()
  readonly #architecture: Architecture
  /** The revision that a task definition of the template has become. */
  readonly #ofTemplate = new Map<NodeId, Revision>()

  constructor(architecture: Architecture, clock: Clock, names: Names) {
    this.#clock = clock
    this.#names = names
    this.#architecture = architecture
    for (const node of nodesOf(architecture, 'taskDefinition')) {
      const revision = Number(/:(\d+)$/.exec(node.arn)?.[1] ?? 1)
      const registeredAt = clock.now()
      const added = this.#add({ ...node, revision, status: 'ACTIVE', registeredAt, tags: tagsOf(node.tags) })
      this.#ofTemplate.set(node.id, added)
    }
  }

  /** The revision of a task definition of the template, after the updates until now. */
  ofTemplate(id: NodeId): Revision | undefined {
    return this.#ofTemplate.get(id)
  }

  /** The template says this now: a new revision, or an earlier one that says the same. */
  bring(node: TaskDefinition): void {
    const same = this.revisionsOf(node.family).findLast(
      each => each.status === 'ACTIVE' && isSame(specOf(each), specOf(node)),
    )
    this.#ofTemplate.set(node.id, same ?? this.register(node.family, specOf(node), node.tags))
  }

  /** The template has it no more. */
  drop(id: NodeId): void {
    const revision = this.#ofTemplate.get(id)
    this.#ofTemplate.delete(id)
    if (revision?.status === 'ACTIVE') this.deregister(revision)
  }

  get families(): readonly string[] {
    return [...this.#families.keys()].sort()
  }

  /** The revisions of a family, the oldest first. */
  revisionsOf(family: string): readonly Revision[] {
    return this.#families.get(family) ?? []
  }

  register(family: string, spec: TaskSpec, tags: Readonly<Record<string, string>>): Revision {
    const revision = (this.revisionsOf(family).at(-1)?.revision ?? 0) + 1
    return this.#add({
      ...spec,
      family,
      revision,
      arn: this.#names.definition(family, revision),
      status: 'ACTIVE',
      registeredAt: this.#clock.now(),
      tags: tagsOf(tags),
    })
  }

  /** @param reference  `family`, `family:revision` or an ARN; a family alone is its newest active revision */
  find(reference: string): Revision | undefined {
    const [family = '', revision] = shortName(reference).split(':')
    const all = this.revisionsOf(family)
    if (revision === undefined) return all.findLast(({ status }) => status === 'ACTIVE')
    return all.find(each => String(each.revision) === revision)
  }

  /** @throws ClientException */
  get(reference: string): Revision {
    const found = this.find(reference)
    if (found) return found
    throw new ClientException('Unable to describe task definition.')
  }

  /** For tasks and services. @throws ClientException when it doesn't exist or is not active */
  active(reference: string): Revision {
    const found = this.find(reference)
    if (!found) throw new ClientException('TaskDefinition not found.')
    if (found.status !== 'ACTIVE') throw new ClientException('TaskDefinition is inactive')
    return found
  }

  deregister(revision: Revision): void {
    if (revision.status !== 'ACTIVE') throw new ClientException('The specified task definition is inactive.')
    revision.status = 'INACTIVE'
    revision.deregisteredAt = this.#clock.now()
  }

  /** Images whose content lies in the assembly can run here, whoever names them. */
  image(uri: string): ContainerImage {
    return imagesOf(this.#architecture).get(uri) ?? { kind: 'remote', uri }
  }

  #add(revision: Revision): Revision {
    this.#families.set(revision.family, [...this.revisionsOf(revision.family), revision])
    return revision
  }
}

const specOf = ({ architecture, containers, cpu, executionRole, memory, taskRole }: TaskSpec): TaskSpec => ({
  architecture,
  containers,
  cpu,
  memory,
  ...(executionRole === undefined ? {} : { executionRole }),
  ...(taskRole === undefined ? {} : { taskRole }),
})

const tagsOf = (tags: Readonly<Record<string, string>>) => new Map(Object.entries(tags))

function imagesOf(architecture: Architecture): ReadonlyMap<string, ContainerImage> {
  const machines = [
    ...nodesOf(architecture, 'launchTemplate'),
    ...nodesOf(architecture, 'autoScalingGroup'),
    ...nodesOf(architecture, 'instance'),
  ].flatMap(({ machine }) => machine.workload?.processes ?? [])
  const images = [
    ...nodesOf(architecture, 'taskDefinition').flatMap(({ containers }) => containers.map(({ image }) => image)),
    ...machines.flatMap(process => (process.kind === 'image' ? [process.image] : [])),
  ]
  return new Map(images.map(image => [image.uri, image]))
}
