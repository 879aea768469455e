import { useRight } from '../../contract/useRight.ts';
import { useKept } from '../../session/useKept.ts';
import { usePrincipal } from '../../session/usePrincipal.ts';
import { Card, Columns } from '../../ui/layout/Page.tsx';
import { Empty } from '../../ui/layout/States.tsx';
import { DomainPage } from '../parts/DomainPage.tsx';
import { JobRow } from './JobRow.tsx';
import { SubmitForm } from './SubmitForm.tsx';

/** A job that was submitted in this tab. */
export interface SubmittedJob {
  readonly jobId: string;
  readonly kind: string;
  /** What was asked, in one line. */
  readonly about?: string;
  readonly at: number;
}

const maxJobs = 30;

/** Work in the background: submitted by a form, followed, and what came of it. */
export default function JobsPage() {
  const right = useRight('job.submit');
  return (
    <DomainPage
      title="Jobs"
      about="Work in the background. It goes on when you leave; results are kept for 7 days."
      path="/jobs"
      right={right}
    >
      <Jobs />
    </DomainPage>
  );
}

function Jobs() {
  const { tenant, userId } = usePrincipal();
  const owner = `${tenant}.${userId}`;
  const [jobs, setJobs] = useKept<readonly SubmittedJob[]>(`jobs.${owner}`, []);
  return (
    <Columns>
      <Card title="Submit">
        <SubmitForm onSubmitted={(job) => setJobs([job, ...jobs].slice(0, maxJobs))} />
      </Card>
      <Card title="Yours, of this tab">
        {jobs.length === 0 ? (
          <Empty title="No job yet" icon="job">
            Submit one: it is shown here while it runs, and after.
          </Empty>
        ) : (
          <ul aria-label="Jobs">
            {jobs.map((job) => (
              <JobRow
                key={job.jobId}
                job={job}
                onForget={() => setJobs(jobs.filter(({ jobId }) => jobId !== job.jobId))}
              />
            ))}
          </ul>
        )}
      </Card>
    </Columns>
  );
}
