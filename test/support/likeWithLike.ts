import { readFileSync } from 'node:fs';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const kindOf = ({ project, moduleId }: TestSpecification) =>
  `${project.name} ${/@vitest-environment (\w+)/.exec(readFileSync(moduleId, 'utf8'))?.[1] ?? 'node'}`;

/** Files that can share a worker follow one another: a worker ends when the next file is of another kind, and with it all that it had loaded. */
export class LikeWithLike extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted
      .map((file) => ({ file, kind: kindOf(file) }))
      .toSorted((a, b) => a.kind.localeCompare(b.kind))
      .map(({ file }) => file);
  }
}
