# SPDX-License-Identifier: GPL-2.0-or-later
# What `cmake --install` puts where, in two components: dmafp and dkms.
set(CMAKE_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON) # as the tests need not be built for it
set(DMAFP_DATADIR ${CMAKE_INSTALL_DATADIR}/dmafp)
set(DMAFP_DKMSDIR src/dmafp-${PROJECT_VERSION})
set(DMAFP_KMOD FILES_MATCHING PATTERN *.c PATTERN *.h PATTERN Kbuild PATTERN *.mod.c EXCLUDE)

# One date for everything that is made: of the changelog, or as the caller wants it.
if(NOT DEFINED ENV{SOURCE_DATE_EPOCH})
  file(STRINGS ${CMAKE_CURRENT_LIST_DIR}/changelog DMAFP_CHANGED REGEX "^ -- " LIMIT_COUNT 1)
  string(REGEX REPLACE ".*>  " "" DMAFP_CHANGED "${DMAFP_CHANGED}")
  execute_process(COMMAND date -d "${DMAFP_CHANGED}" +%s OUTPUT_VARIABLE DMAFP_EPOCH
    OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  set(ENV{SOURCE_DATE_EPOCH} ${DMAFP_EPOCH})
endif()
set(DMAFP_EPOCH $ENV{SOURCE_DATE_EPOCH})
string(TIMESTAMP DMAFP_DATE %Y-%m-%d UTC)

install(TARGETS dmafp COMPONENT dmafp)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/configs DESTINATION ${DMAFP_DATADIR} COMPONENT dmafp
  PATTERN package EXCLUDE PATTERN systemd EXCLUDE)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/kmod DESTINATION ${DMAFP_DATADIR} COMPONENT dmafp
  ${DMAFP_KMOD})

install(FILES ${CMAKE_CURRENT_LIST_DIR}/lintian RENAME dmafp COMPONENT dmafp
  DESTINATION ${CMAKE_INSTALL_DATADIR}/lintian/overrides)

# The unit names the program by its path, which is known when it is installed: cpack
# installs for the prefix that it puts into the environment.  It is filled in
# where it belongs, as several may install from one build folder at a time.
install(CODE "
  set(DMAFP_PREFIX \$ENV{DMAFP_PREFIX})
  if(NOT DMAFP_PREFIX)
    get_filename_component(DMAFP_PREFIX \${CMAKE_INSTALL_PREFIX} ABSOLUTE)
  endif()
  set(DMAFP_BINDIR \${DMAFP_PREFIX}/${CMAKE_INSTALL_BINDIR})
  file(INSTALL ${PROJECT_SOURCE_DIR}/configs/systemd/dmafp-campaign.service.in
    DESTINATION \${CMAKE_INSTALL_PREFIX}/lib/systemd/system RENAME dmafp-campaign.service)
  configure_file(${PROJECT_SOURCE_DIR}/configs/systemd/dmafp-campaign.service.in
    \$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/lib/systemd/system/dmafp-campaign.service
    @ONLY FILE_PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)" COMPONENT dmafp)

configure_file(${PROJECT_SOURCE_DIR}/kmod/dkms.conf.in dkms.conf @ONLY)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/kmod/ DESTINATION ${DMAFP_DKMSDIR} COMPONENT dkms
  ${DMAFP_KMOD})
install(FILES ${PROJECT_BINARY_DIR}/dkms.conf DESTINATION ${DMAFP_DKMSDIR} COMPONENT dkms)

add_subdirectory(docs)
