import { Injectable } from '@nestjs/common';
import { Bell } from '../pacing/bell';

/** Strikes when a command for an archive was recorded in this process. */
@Injectable()
export class ArchiveBell extends Bell {}
