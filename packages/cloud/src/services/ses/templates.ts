import { join } from 'node:path'
import type { Instant } from '@terrace/kit'
import { type EmailTemplate, nodesOf } from '@terrace/model'
import { z } from 'zod'
import type { World } from '../../world.ts'
import { AlreadyExistsException, BadRequestException, LimitExceededException, noTemplate } from './errors.ts'
import { KeptTable } from './kept-table.ts'
import { LARGEST_TEMPLATE, MOST_TEMPLATES } from './limits.ts'
import { type Page, pageOf } from './pages.ts'
import { checkTemplate, type TemplateContent } from './rendering.ts'

/** Subject and bodies of mails under a name. */
export interface Template extends TemplateContent {
  readonly name: string
  readonly fromTemplate: boolean
  readonly created: Instant
}

const stored: z.ZodType<Template> = z.strictObject({
  name: z.string(),
  fromTemplate: z.boolean(),
  created: z.number(),
  subject: z.string(),
  text: z.string().optional(),
  html: z.string().optional(),
})

/** The templates of the account. */
export class Templates {
  readonly #world: Pick<World, 'architecture' | 'clock' | 'folders'>
  readonly #table: KeptTable<Template>

  constructor(world: Pick<World, 'architecture' | 'clock' | 'folders'>) {
    this.#world = world
    const nodes = nodesOf(world.architecture, 'emailTemplate')
    this.#table = new KeptTable(join(world.folders.data, 'ses', 'templates.json'), stored, kept =>
      nodes.map(node => rowOf(node, kept(node.name)?.created ?? world.clock.now())),
    )
  }

  /** @throws NotFoundException */
  get(name: string): Template {
    const found = this.#table.get(name)
    if (!found) throw noTemplate(name)
    return found
  }

  list(most: number, token?: string): Page<Template> {
    return pageOf(this.#table.all, most, token)
  }

  /** @throws AlreadyExistsException, BadRequestException, LimitExceededException */
  async create(name: string, content: TemplateContent): Promise<void> {
    await this.#check(content)
    if (this.#table.get(name)) throw new AlreadyExistsException(`Template ${name} already exists.`)
    if (this.#table.size >= MOST_TEMPLATES) {
      throw new LimitExceededException(`The account already has ${MOST_TEMPLATES} templates, which is the quota.`)
    }
    this.#table.put({ name, fromTemplate: false, created: this.#world.clock.now(), ...content })
  }

  /** @throws NotFoundException, BadRequestException */
  async update(name: string, content: TemplateContent): Promise<void> {
    await this.#check(content)
    const { fromTemplate, created } = this.get(name)
    this.#table.put({ name, fromTemplate, created, ...content })
  }

  /** @throws NotFoundException */
  delete(name: string): void {
    this.get(name)
    this.#table.delete(name)
  }

  async #check({ subject, text, html }: TemplateContent): Promise<void> {
    const size = Buffer.byteLength(`${subject}${text ?? ''}${html ?? ''}`)
    if (size > LARGEST_TEMPLATE) {
      throw new BadRequestException(`The template has ${size} bytes; it may have ${LARGEST_TEMPLATE} at most.`)
    }
    await checkTemplate({ subject, text, html })
  }
}

const rowOf = ({ name, subject, text, html }: EmailTemplate, created: Instant): Template => ({
  name,
  fromTemplate: true,
  created,
  subject,
  text,
  html,
})
