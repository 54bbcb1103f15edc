# SPDX-License-Identifier: GPL-2.0-or-later
# Run by cpack on what it is about to pack, so that it is the same whoever packs:
# manual pages and changelogs compressed, as Debian wants them, and no umask.
file(GLOB_RECURSE files ${CPACK_TEMPORARY_DIRECTORY}/*.1 ${CPACK_TEMPORARY_DIRECTORY}/*/changelog)
execute_process(COMMAND gzip -9n ${files} COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND chmod -R u=rwX,go=rX ${CPACK_TEMPORARY_DIRECTORY}
  COMMAND_ERROR_IS_FATAL ANY)
